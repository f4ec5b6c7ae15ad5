import { GatewayError } from '../../model/gateway-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';

/**
 * An object of a request with the path it stands at. Google's JSON comes in two spellings, `topK` and `top_k`
 * (protocols 4); members are asked for by the first, and named in complaints as the client wrote them.
 */
export class Fields {
  readonly json: JsonObject;
  readonly path: string;

  constructor(json: JsonObject, path = '') {
    this.json = json;
    this.path = path;
  }

  /** The member in whichever spelling; null is absent. */
  get(name: string): JsonValue | undefined {
    return either(this.json, name, snakeOf(name));
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** The member's path as the client spelled it. */
  param(name: string): string {
    const isSnake = this.json[name] === undefined && this.json[snakeOf(name)] !== undefined;
    return `${this.path}${this.path && '.'}${isSnake ? snakeOf(name) : name}`;
  }

  string(name: string): string | undefined {
    const value = this.get(name);
    if (value === undefined || typeof value === 'string') return value;
    throw wrongType(this.param(name), 'a string');
  }

  flag(name: string): boolean | undefined {
    const value = this.get(name);
    if (value === undefined || typeof value === 'boolean') return value;
    throw wrongType(this.param(name), 'true or false');
  }

  /** Google's JSON writes numbers as strings where they are long. */
  number(name: string): number | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'number' && Number.isFinite(number)) return number;
    throw wrongType(this.param(name), 'a number');
  }

  /** A whole number of at least `min`. */
  count(name: string, min: number): number | undefined {
    const value = this.number(name);
    if (value === undefined || (Number.isSafeInteger(value) && value >= min)) return value;
    throw wrongType(this.param(name), `a whole number of at least ${min}`);
  }

  fields(name: string): Fields | undefined {
    const value = this.get(name);
    return value === undefined ? undefined : fieldsOf(value, this.param(name));
  }

  /** A list; a single value in its place means a list of one, as it does to Google. */
  list(name: string): readonly JsonValue[] {
    const value = this.get(name);
    if (value === undefined) return [];
    return Array.isArray(value) ? value : [value as JsonValue];
  }

  /** A list of objects. */
  each(name: string): Fields[] {
    const param = this.param(name);
    return this.list(name).map((value, at) => fieldsOf(value, `${param}[${at}]`));
  }

  strings(name: string): string[] {
    return this.list(name).map((value, at) => {
      if (typeof value === 'string') return value;
      throw wrongType(`${this.param(name)}[${at}]`, 'a string');
    });
  }

  /** The members that are none of these (in camel case), as the client spelled them, with their path. */
  others(known: ReadonlySet<string>): string[] {
    const entries = Object.entries(this.json).filter(([, value]) => value !== null && value !== undefined);
    const others = entries.filter(([name]) => !known.has(camelOf(name)));
    return others.map(([name]) => `${this.path}${this.path && '.'}${name}`);
  }
}

export function fieldsOf(value: JsonValue | undefined, path: string): Fields {
  if (isJsonObject(value)) return new Fields(value, path);
  throw wrongType(path, 'an object');
}

/** A member in either spelling, for readers in a hurry; null is absent. */
export function either(object: JsonObject, camel: string, snake: string): JsonValue | undefined {
  return object[camel] ?? object[snake] ?? undefined;
}

export function wrongType(param: string, wanted: string): GatewayError {
  return new GatewayError('invalid_request', `"${param}" must be ${wanted}.`, { param });
}

export function missing(param: string): GatewayError {
  return new GatewayError('invalid_request', `The request has no "${param}"; it is required.`, { param });
}

/** Only ever asked for names that stand in this source, so it stays small. */
const snakeNames = new Map<string, string>();

function snakeOf(name: string): string {
  const known = snakeNames.get(name);
  if (known !== undefined) return known;
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  snakeNames.set(name, snake);
  return snake;
}

/** `top_k` → `topK`. */
export function camelOf(name: string): string {
  return name.replace(
    /([a-z0-9])_([a-z0-9])/g,
    (_, before: string, after: string) => before + after.toUpperCase(),
  );
}
