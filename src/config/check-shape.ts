import { checkScalar, wantedKind } from './check-scalar.ts';
import { dotted, type KeyPath } from './key-path.ts';
import { findNotInEffect } from './not-in-effect.ts';
import type { SchemaNode } from './read-schema.ts';
import { unavailable } from './resolve-references.ts';
import { kindOf } from './show-value.ts';
import { unknownKey } from './unknown-key.ts';

/**
 * Walks a value along its schema. It is a small walker of our own, and reads the published JSON files, because
 * (1) importing `typebox` takes 120 ms here and its compiler 50 more, a third of the time the whole daemon may
 * take to start, while this takes 2; (2) a generic validator says "must be integer", and people need the key, the
 * line, what stands there and what to write instead; (3) coercion, second spellings and "not yet" need the schema's
 * own words. TypeBox stays the source: it writes the files and gives the readers their types.
 */
export interface ShapeFinding {
  readonly severity: 'error' | 'warning';
  /** As the file spells it. */
  readonly path: KeyPath;
  readonly message: string;
  /** The schema node a warning is about: the same warning for fifty apps is given once. */
  readonly about?: SchemaNode;
}

export interface ShapeReport {
  /**
   * The value with second spellings replaced and everything wrong left out; lists keep their positions, with
   * `undefined` where an object was. What is left has the shape its type promises.
   */
  readonly value: unknown;
  readonly findings: readonly ShapeFinding[];
  /** Second spellings that were replaced: dotted path under the first spelling → key as written. */
  readonly respelled: ReadonlyMap<string, string>;
  /** Strings found where the schema expects secrets. */
  readonly secrets: readonly FoundSecret[];
}

export interface FoundSecret {
  readonly path: KeyPath;
  readonly text: string;
}

/** `isResolved`: did the string at this path come out of the environment or a file? Then `"8080"` is a number. */
export function checkShape(
  schema: SchemaNode,
  value: unknown,
  path: KeyPath,
  isResolved: (path: KeyPath) => boolean,
): ShapeReport {
  const walker = new ShapeWalker(isResolved);
  const checked = walker.check(schema, value, path, path);
  return { value: checked, findings: walker.findings, respelled: walker.respelled, secrets: walker.secrets };
}

class ShapeWalker {
  readonly findings: ShapeFinding[] = [];
  readonly respelled = new Map<string, string>();
  readonly secrets: FoundSecret[] = [];
  readonly #isResolved: (path: KeyPath) => boolean;

  constructor(isResolved: (path: KeyPath) => boolean) {
    this.#isResolved = isResolved;
  }

  /** `path` as the file spells it, `known` under the first spellings. Answers undefined for what is wrong. */
  check(schema: SchemaNode, value: unknown, path: KeyPath, known: KeyPath): unknown {
    if (value === unavailable) return undefined;
    if (schema['x-secret']) this.#keepSecrets(value, path);
    const notInEffect = findNotInEffect(schema, value);
    if (notInEffect !== undefined) this.#find('warning', path, notInEffect, schema);
    if (schema.anyOf !== undefined) return this.#checkAnyOf(schema.anyOf, value, path, known);
    if (schema.type === 'object') return this.#checkObject(schema, value, path, known);
    if (schema.type === 'array') return this.#checkArray(schema, value, path, known);
    const checked = checkScalar(schema, value, this.#isResolved(path));
    if (checked.complaint !== undefined) this.#find('error', path, checked.complaint);
    return checked.value;
  }

  /** The first form that fits; if none does, the complaints of the form that was probably meant. */
  #checkAnyOf(forms: readonly SchemaNode[], value: unknown, path: KeyPath, known: KeyPath): unknown {
    const trials = forms.map((form) => {
      const walker = new ShapeWalker(this.#isResolved);
      const checked = walker.check(form, value, path, known);
      return { form, walker, checked, isGood: walker.findings.every(({ severity }) => severity !== 'error') };
    });
    const meant = trials.find(({ isGood }) => isGood) ?? trials.find(({ form }) => isOfKind(form, value));
    if (meant === undefined) {
      const wanted = forms.map(wantedKind).join(' or ');
      return this.#find('error', path, `should be ${wanted}, but is ${kindOf(value)}; change it`);
    }
    this.findings.push(...meant.walker.findings);
    this.secrets.push(...meant.walker.secrets);
    for (const [key, written] of meant.walker.respelled) this.respelled.set(key, written);
    return meant.checked;
  }

  #checkArray(schema: SchemaNode, value: unknown, path: KeyPath, known: KeyPath): unknown {
    if (!Array.isArray(value)) {
      const remedy = isScalar(value) ? 'put it in brackets: […]' : 'make it a list';
      return this.#find('error', path, `should be a list, but is ${kindOf(value)}; ${remedy}`);
    }
    const items = schema.items ?? {};
    const checked = value.map((item, at) => this.check(items, item, [...path, at], [...known, at]));
    const holdsScalars = items.type === 'string' || items.type === 'number' || items.type === 'integer';
    return holdsScalars ? checked.filter((item) => item !== undefined) : checked;
  }

  #checkObject(schema: SchemaNode, value: unknown, path: KeyPath, known: KeyPath): unknown {
    if (!isObject(value)) {
      const message = `should be an object with keys, but is ${kindOf(value)}; ${remedyForObject(schema, value)}`;
      return this.#find('error', path, message);
    }
    const checked: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(value)) {
      this.#checkMember(schema, value, key, item, { path, known, checked });
    }
    return this.#hasAllRequired(schema, value, checked, path) ? checked : undefined;
  }

  #checkMember(
    schema: SchemaNode,
    object: object,
    key: string,
    item: unknown,
    at: { path: KeyPath; known: KeyPath; checked: Record<string, unknown> },
  ): void {
    const property = ownProperty(schema.properties, key);
    const written = [...at.path, key];
    if (property === undefined) {
      this.#checkOtherMember(schema, key, item, at);
      return;
    }
    const name = property['x-same-as'] ?? key;
    const known = [...at.known, name];
    if (name !== key) {
      if (Object.hasOwn(object, name)) {
        this.#find(
          'error',
          written,
          `is another spelling of \`${name}\`, which is also given; keep one of them`,
        );
        return;
      }
      this.respelled.set(dotted(known), key);
    }
    setOwn(at.checked, name, this.check(property, item, written, known));
  }

  #checkOtherMember(
    schema: SchemaNode,
    key: string,
    item: unknown,
    at: { path: KeyPath; known: KeyPath; checked: Record<string, unknown> },
  ): void {
    const other = schema.additionalProperties;
    const written = [...at.path, key];
    if (other === false) {
      this.#keepSecrets(item, written);
      this.#find('error', written, unknownKey(schema, key));
    } else if (typeof other === 'object') {
      setOwn(at.checked, key, this.check(other, item, written, [...at.known, key]));
    } else {
      setOwn(at.checked, key, item);
    }
  }

  /** A key that is there but wrong has had its complaint; the object cannot be used either way. */
  #hasAllRequired(schema: SchemaNode, written: object, checked: object, path: KeyPath): boolean {
    let hasAll = true;
    for (const key of schema.required ?? []) {
      if (!Object.hasOwn(written, key)) {
        this.#find('error', [...path, key], `is missing; add ${wantedKind(schema.properties?.[key] ?? {})}`);
      }
      if (!Object.hasOwn(checked, key)) hasAll = false;
    }
    return hasAll;
  }

  #keepSecrets(value: unknown, path: KeyPath): void {
    if (typeof value === 'string') this.secrets.push({ path, text: value });
    if (typeof value !== 'object' || value === null) return;
    for (const [key, item] of Object.entries(value)) this.#keepSecrets(item, [...path, key]);
  }

  #find(severity: 'error' | 'warning', path: KeyPath, message: string, about?: SchemaNode): undefined {
    this.findings.push({ severity, path, message, ...(about === undefined ? {} : { about }) });
  }
}

function remedyForObject(schema: SchemaNode, value: unknown): string {
  const [example] = Object.keys(schema.properties ?? {}).filter((name) => name !== '$schema');
  if (value === null) return 'leave it out, or write {}';
  return example === undefined ? 'write { … }' : `write { "${example}": … }`;
}

/** Does this form at least talk of the same kind of thing? */
function isOfKind(form: SchemaNode, value: unknown): boolean {
  switch (form.type) {
    case 'object':
      return isObject(value);
    case 'array':
      return Array.isArray(value);
    case 'null':
      return value === null;
    case 'integer':
      return typeof value === 'number';
    default:
      return typeof value === form.type;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isScalar = (value: unknown): boolean => typeof value !== 'object';

function ownProperty(properties: SchemaNode['properties'], key: string): SchemaNode | undefined {
  return properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined;
}

/** Leaves wrong values out, so that "absent" is the only way of not being there. */
function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (value !== undefined) object[key] = value;
}
