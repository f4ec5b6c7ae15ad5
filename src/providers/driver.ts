import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';

/**
 * How the memory of a runtime is looked into and changed: what it holds, how a model is loaded and thrown out, and
 * whether one is at work. A description like the rest of a provider. Each part is a conversation: a generator that
 * yields what to ask, is handed the answer, and returns what follows from all it heard. Whoever runs it
 * (`src/upstream/residency`) owns the connections, the time limits and the doubts: what a runtime says it has done
 * is believed only once its memory shows it.
 */
export interface Driver {
  /** Absent: it cannot be asked, so what it says it did cannot be verified. */
  readonly memory?: (() => Conversation<Memory>) | undefined;
  /** Absent: it loads by itself when it is first asked for a model. */
  readonly load?: ((wish: LoadWish) => Conversation<void>) | undefined;
  /** Absent: it cannot be told to give its memory back. */
  readonly unload?: ((wish: UnloadWish) => Conversation<void>) | undefined;
  /** Is this model answering anybody? Undefined, or absent: it does not say. */
  readonly busy?: ((model: string) => Conversation<boolean | undefined>) | undefined;
  /** A model's name as the lists of this runtime spell it; absent = as it is. */
  readonly nameOf?: ((model: string) => string) | undefined;
  /** Loading what is loaded already costs nothing, and puts its options right. */
  readonly loadsAgain?: boolean | undefined;
  /** Its model sleeps instead of leaving, at one of two levels. */
  readonly sleeps?: boolean | undefined;
  /** Do `load_options` of the configuration reach it, and where: only while it loads, or with every request? */
  readonly loadOptions?: 'while-loading' | 'every-request' | undefined;
}

/** Yields questions, receives their answers, returns what they come to. Throws `RuntimeRefusal`. */
export type Conversation<Result> = Generator<Ask, Result, Answer>;

export interface Ask {
  readonly method: 'GET' | 'POST';
  /** From the root of its API, which is the base URL without a version. */
  readonly path: string;
  readonly body?: JsonObject | undefined;
  /** Answered only when a model is loaded or thrown out, and so given the time that takes. */
  readonly isLong?: boolean | undefined;
}

export interface Answer {
  readonly status: number;
  /** Undefined if it was no JSON. */
  readonly json: JsonValue | undefined;
  readonly text: string;
}

/** `all`: the one model it was started with, by whatever names it is called. */
export type Held = 'all' | readonly string[];

export interface Memory {
  readonly loaded: Held;
  /** On their way into memory: neither loaded nor a failure. */
  readonly loading: Held;
  /** Further names of what is in `loaded` → the name it has there: of a variant, of one of several instances. */
  readonly sameAs?: ReadonlyMap<string, string> | undefined;
  /** Those it says it could not load. */
  readonly failed?: readonly string[] | undefined;
  /** It holds what it holds for as long as it runs, whatever it is told. */
  readonly isFixed?: boolean | undefined;
}

export interface LoadWish {
  readonly model: string;
  /** The `load_options` of the configuration. */
  readonly options: JsonObject;
  /** How deep it slept: `residency.sleep_level` of the configuration. */
  readonly sleepLevel: 1 | 2;
}

export type UnloadWish = Pick<LoadWish, 'model' | 'sleepLevel'>;

/** A runtime that will not, or cannot. Its words are its own: to be scrubbed before anybody reads them. */
export class RuntimeRefusal extends Error {
  readonly status: number;

  constructor({ status, text }: Pick<Answer, 'status' | 'text'>) {
    super(text.trim());
    this.status = status;
  }
}

export const nothing: readonly string[] = [];

export function get(path: string): Ask {
  return { method: 'GET', path };
}

export function post(path: string, body?: JsonObject): Ask {
  return { method: 'POST', path, body };
}

/** The same question, given the time a model takes. */
export function long(ask: Ask): Ask {
  return { ...ask, isLong: true };
}

/** Asks, and throws `RuntimeRefusal` unless the answer is a success. */
export function* insist(ask: Ask): Conversation<Answer> {
  return mustSucceed(yield ask);
}

/** The same for an answer that is there already. */
export function mustSucceed(answer: Answer): Answer {
  if (answer.status < 200 || answer.status > 299) throw new RuntimeRefusal(answer);
  return answer;
}

/** The objects in a list of the answer: `{"models": [{…}, {…}]}`. */
export function rows({ json }: Answer, member: string): readonly JsonObject[] {
  const list = isJsonObject(json) ? json[member] : undefined;
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

/** One text of every row that has it. */
export function texts(list: readonly JsonObject[], member: string): string[] {
  return list.flatMap((row) => {
    const text = row[member];
    return typeof text === 'string' ? [text] : [];
  });
}

/**
 * The sum of a gauge of Prometheus' text over all its labels; undefined if it is not there.
 * `vllm:num_requests_running{model_name="m"} 2.0`
 */
export function gauge({ status, text }: Answer, name: string): number | undefined {
  if (status !== 200) return undefined;
  let sum: number | undefined;
  for (const line of text.split('\n')) {
    if (!line.startsWith(name) || !/[{ ]/.test(line[name.length] ?? '')) continue;
    const value = Number(
      line
        .slice(line.lastIndexOf('}') + 1)
        .replace(name, '')
        .trim()
        .split(' ')[0],
    );
    if (Number.isFinite(value)) sum = (sum ?? 0) + value;
  }
  return sum;
}

/** At work if any of these gauges is above nothing; undefined if none of them is there. */
export function* anyAbove(...names: readonly string[]): Conversation<boolean | undefined> {
  const metrics = yield get('/metrics');
  const values = names.map((name) => gauge(metrics, name)).filter((value) => value !== undefined);
  return values.length === 0 ? undefined : values.some((value) => value > 0);
}

/** A model's name inside a path; slashes of its own stay. */
export function inPath(model: string): string {
  return model.split('/').map(encodeURIComponent).join('/');
}
