import Type, { type Static, type TSchema } from 'typebox';
import { SECONDS_MAX } from '../seconds.ts';

/**
 * The few words the schemas of this folder are written in. They know nothing of any one key.
 *
 * Besides JSON Schema's own keywords these are used, and `check-shape.ts` reads them:
 *
 * - `x-same-as: key`       another spelling of that sibling key; readers only ever see the sibling
 * - `x-secret: true`       the value is never shown, wherever it stands
 * - `x-not-yet: true|text` understood, but without effect in this version; text says what happens instead
 * - `x-not-yet-values: []` the same, for some values only
 * - `x-ignored: text`      taken from a predecessor's file and of no use here; text says why
 * - `x-inert: []`          values that ask for nothing, so they need no warning (the default is one anyway)
 * - `x-any-case: true`     an enum whose case does not matter
 * - `x-hint: text`         what a `pattern` wants, in words
 */
export interface Extras {
  readonly [keyword: string]: unknown;
}

export const text = (description: string, extras: Extras = {}) =>
  Type.Optional(Type.String({ description, ...extras }));

export const flag = (description: string, byDefault: boolean, extras: Extras = {}) =>
  Type.Optional(Type.Boolean({ description, default: byDefault, ...extras }));

/** A number of seconds above 0; fractions are fine. */
export const seconds = (description: string, extras: Extras = {}) =>
  Type.Optional(Type.Number({ description, exclusiveMinimum: 0, maximum: SECONDS_MAX, ...extras }));

/** A whole number from 1 up. */
export const count = (description: string, extras: Extras = {}) =>
  Type.Optional(Type.Integer({ description, minimum: 1, ...extras }));

/** Any number from 0 up. */
export const amount = (description: string, extras: Extras = {}) =>
  Type.Optional(Type.Number({ description, minimum: 0, ...extras }));

export const list = (description: string, extras: Extras = {}) =>
  Type.Optional(Type.Array(Type.String({ minLength: 1 }), { description, ...extras }));

export const choice = <const Word extends string>(
  words: readonly Word[],
  description: string,
  extras: Extras = {},
) => Type.Optional(Type.Unsafe<Word>({ type: 'string', enum: words, description, ...extras }));

/** An object with exactly these keys; any other is a mistake worth a complaint. */
export const section = <Properties extends Record<string, TSchema>>(
  description: string,
  properties: Properties,
  extras: Extras = {},
) => Type.Object(properties, { description, additionalProperties: false, ...extras });

/** An object whose keys the operator chooses. */
export const mapOf = <Item extends TSchema>(item: Item, description: string, extras: Extras = {}) =>
  Type.Unsafe<Readonly<Record<string, Static<Item>>>>({
    type: 'object',
    additionalProperties: item,
    description,
    ...extras,
  });

/** Anything at all under keys the operator chooses. */
export const anything = (description: string, extras: Extras = {}) =>
  Type.Unsafe<Readonly<Record<string, unknown>>>({ type: 'object', description, ...extras });

export const orNull = <Item extends TSchema>(item: Item, extras: Extras = {}) => {
  // Editors show the description of the union, not of what is in it.
  const described: Extras = 'description' in item ? { description: item.description } : {};
  return Type.Union([item, Type.Null()], { ...described, ...extras });
};

/** A string, or null for "none", which is how mini-apigw writes a key that is not set. */
export const textOrNull = (description: string, extras: Extras = {}) =>
  Type.Optional(orNull(Type.String({ minLength: 1 }), { description, ...extras }));

/** What a key is accepted for: a file of mini-apigw must load unchanged. */
export const ignored = (why: string) => Type.Optional(Type.Unknown({ description: why, 'x-ignored': why }));

export const schemaKey = text('The JSON Schema of this file, for completion in editors.');

export const responsesShim = ignored('write it into the backends it is meant for');
