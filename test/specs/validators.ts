/** What the vendors' documents say of a body, as short complaints. None means it is as the vendor has it. */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { discoverySchemas } from './discovery-schemas.ts';
import { ollamaSchemas } from './ollama.schema.ts';
import { isJson, jsonSchema, jsonSchemas } from './openapi-schemas.ts';
import { repairedBody, repairedSchemas } from './spec-flaws.ts';
import { type Json, type Vendor, vendorSpec } from './vendor-specs.ts';

export type Check = (body: unknown) => readonly string[];

const COMPLAINTS_MAX = 8;

/** An answer may hold more than the document names: vendors add members, and so do gateways. */
export function answerCheck(vendor: Vendor, schema: string): Check {
  return shelf(vendor, false).check(schema);
}

/** A request may not: an unknown member is refused by most of these vendors. */
export function requestCheck(vendor: Vendor | 'ollama', schema: string): Check {
  return shelf(vendor, true).check(schema);
}

/** The body of an operation that has no name among the schemas (Cohere's). */
export function bodyCheck(vendor: Vendor, path: string): Check {
  return shelf(vendor, true).checkBody(path);
}

/** The schemas of events, by the `type` each of them states; a check against all of them at once tells nothing. */
export function eventCheck(vendor: Vendor, isEventName: (name: string) => boolean): Check {
  const schemas = shelf(vendor, false);
  const byType = new Map(
    schemas.names.filter(isEventName).flatMap((name) => schemas.typesOf(name).map((type) => [type, name])),
  );
  return (event) => {
    const type = isJson(event) ? String(event['type']) : '';
    const name = byType.get(type);
    return name ? schemas.check(name)(event) : [`no event of the type ${JSON.stringify(type)}`];
  };
}

class Shelf {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true, formats });
  readonly #checks = new Map<string, Check>();
  readonly #address: string;
  readonly #isClosed: boolean;
  readonly #spec: Json;
  readonly #schemas: Json;

  constructor(vendor: Vendor | 'ollama', isClosed: boolean) {
    this.#isClosed = isClosed;
    this.#address = `https://${vendor}.test/spec`;
    this.#spec = vendor === 'ollama' ? {} : vendorSpec(vendor);
    this.#schemas = vendor === 'ollama' ? ollamaSchemas : schemasIn(vendor, this.#spec, isClosed);
    this.#ajv.addSchema({ $id: this.#address, components: { schemas: this.#schemas } });
  }

  get names(): readonly string[] {
    return Object.keys(this.#schemas);
  }

  typesOf(name: string): readonly string[] {
    const schema = this.#schemas[name];
    const members = isJson(schema) && isJson(schema['properties']) ? schema['properties'] : {};
    const type = isJson(members['type']) ? members['type'] : {};
    const values = 'const' in type ? [type['const']] : type['enum'];
    return Array.isArray(values) ? values.map(String) : [];
  }

  check(name: string): Check {
    if (!Object.hasOwn(this.#schemas, name)) throw new Error(`no schema ${name} in ${this.#address}`);
    return this.#compiled(name, {
      $ref: `#/components/schemas/${name}`,
      unevaluatedProperties: !this.#isClosed,
    });
  }

  checkBody(path: string): Check {
    const schema = repairedBody(path, bodySchema(this.#spec, path));
    return this.#compiled(path, jsonSchema(schema, componentsOf(this.#spec), { isClosed: true }) as Json);
  }

  #compiled(name: string, schema: Json): Check {
    const known = this.#checks.get(name);
    if (known) return known;
    const at = `${this.#address}/${this.#checks.size}`;
    const absolute = JSON.parse(
      JSON.stringify(schema).replaceAll('"#/components', `"${this.#address}#/components`),
    );
    const validate = this.#ajv.compile({ $id: at, ...absolute });
    const check: Check = (body) => (validate(body) ? [] : complaintsOf(validate));
    this.#checks.set(name, check);
    return check;
  }
}

const shelves = new Map<string, Shelf>();

function shelf(vendor: Vendor | 'ollama', isClosed: boolean): Shelf {
  const key = `${vendor} ${isClosed}`;
  const kept = shelves.get(key) ?? new Shelf(vendor, isClosed);
  shelves.set(key, kept);
  return kept;
}

function schemasIn(vendor: Vendor, spec: Json, isClosed: boolean): Json {
  if (vendor === 'gemini') return discoverySchemas(spec['schemas'] as Json);
  return jsonSchemas(repairedSchemas(vendor, componentsOf(spec)), { isClosed });
}

function componentsOf(spec: Json): Json {
  const components = spec['components'] as Json;
  return components['schemas'] as Json;
}

function bodySchema(spec: Json, path: string): unknown {
  let at: unknown = spec;
  for (const step of ['paths', path, 'post', 'requestBody', 'content', 'application/json', 'schema']) {
    if (!isJson(at)) throw new Error(`no body for ${path}`);
    at = at[step];
  }
  return at;
}

/** A choice that failed says so once for every variant; the lines that only repeat it are left out. */
function complaintsOf({ errors }: ValidateFunction): readonly string[] {
  const told = (errors ?? []).filter(({ keyword }) => keyword !== 'if');
  const lines = new Set(told.map(complaint));
  return [...lines].slice(0, COMPLAINTS_MAX);
}

function complaint({ instancePath, message, keyword, params }: ErrorObject): string {
  const details =
    keyword === 'enum' || keyword.endsWith('Properties') ? ` ${JSON.stringify(params).slice(0, 160)}` : '';
  return `${instancePath || '/'} ${message}${details}`;
}

const isText = (value: string): boolean => typeof value === 'string';

/** Formats by which the documents mean something a validator can know; the rest is for generators. */
const formats = {
  'date-time': (text: string) => !Number.isNaN(Date.parse(text)),
  date: (text: string) => !Number.isNaN(Date.parse(text)),
  uri: (text: string) => URL.canParse(text),
  uuid: isText,
  byte: isText,
  binary: isText,
  string: isText,
  enum: isText,
  unixtime: { type: 'number' as const, validate: (value: number) => Number.isInteger(value) },
  int32: { type: 'number' as const, validate: (value: number) => Number.isInteger(value) },
  int64: { type: 'number' as const, validate: (value: number) => Number.isInteger(value) },
  float: true as const,
  double: true as const,
};
