import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { DaemonConfig } from '../../config/config.ts';
import type { Departure } from '../../model/departure.ts';
import { type FormOutline, FormReader } from '../../model/form-outline.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import type { SentFile } from '../../model/sent-file.ts';
import type { Form } from '../../pipeline/exchange.ts';
import type { StreamedBody } from '../../upstream/send.ts';
import { FormSpool } from './form-spool.ts';
import { tooLarge } from './read-body.ts';

/**
 * Takes in a form, bounded, without ever holding it whole in memory. All of it is here before anything is asked of a
 * backend: most clients send the file first and the model behind it (curl as its user types it, the SDKs in the order
 * of the call), a client that waits unread could not be seen to leave, and a slot is no place to wait for somebody's
 * upload. Rejects with `body_too_large`, `unsupported_encoding`, `invalid_request` and `client_left`.
 */
export function readForm(
  request: IncomingMessage,
  boundary: string,
  { bodyBytesMax }: DaemonConfig['limits'],
  departure: Departure,
): Promise<Form> {
  const { 'content-encoding': encoding = 'identity', 'content-length': declared } = request.headers;
  if (encoding !== 'identity') return Promise.reject(encoded());
  if (Number(declared ?? 0) > bodyBytesMax) return Promise.reject(tooLarge(bodyBytesMax));
  const intake = new Intake(request, new FormReader(boundary), bodyBytesMax);
  return intake.run(departure);
}

/** One form coming in. The client is paused while the disk is written. */
class Intake {
  readonly #request: IncomingMessage;
  readonly #reader: FormReader;
  readonly #bytesMax: number;
  readonly #spool = new FormSpool();

  constructor(request: IncomingMessage, reader: FormReader, bytesMax: number) {
    this.#request = request;
    this.#reader = reader;
    this.#bytesMax = bytesMax;
  }

  async run(departure: Departure): Promise<Form> {
    let stopListening = (): void => undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        stopListening = departure.onLeave(() => reject(departure.error));
        this.#request.on('data', (piece: Buffer) => this.#take(piece, reject));
        this.#request.on('end', resolve);
        this.#request.on('error', () => reject(departure.error));
      });
      return new SpooledForm(this.#request, this.#reader.end(), this.#spool);
    } catch (thrown) {
      this.#request.removeAllListeners('data');
      this.#spool.close();
      throw thrown;
    } finally {
      stopListening();
    }
  }

  #take(piece: Buffer, fail: (thrown: unknown) => void): void {
    try {
      if (this.#spool.length + piece.length > this.#bytesMax) throw tooLarge(this.#bytesMax);
      this.#reader.push(piece);
      const written = this.#spool.append(piece);
      if (written === undefined) return;
      this.#request.pause();
      written.then(() => this.#request.resume(), fail);
    } catch (thrown) {
      fail(thrown);
    }
  }
}

class SpooledForm implements Form {
  readonly contentType: string;
  readonly body: JsonObject;
  readonly #outline: FormOutline;
  readonly #spool: FormSpool;

  constructor(request: IncomingMessage, outline: FormOutline, spool: FormSpool) {
    this.contentType = request.headers['content-type'] ?? '';
    this.body = outline.body;
    this.#outline = outline;
    this.#spool = spool;
  }

  get length(): number {
    return this.#spool.length;
  }

  files(field: string): readonly SentFile[] {
    const spool = this.#spool;
    return this.#outline
      .filesOf(field)
      .map(({ start, end }) => ({ length: end - start, open: () => spool.read(start, end) }));
  }

  withModel(model: string | undefined): StreamedBody {
    const spool = this.#spool;
    if (model === undefined) {
      return { length: spool.length, open: () => Readable.from(spool.read(0, spool.length)) };
    }
    const { start, end, text } = this.#outline.editToSet('model', model);
    const inserted = Buffer.from(text);
    async function* edited(): AsyncGenerator<Buffer> {
      yield* spool.read(0, start);
      yield inserted;
      yield* spool.read(end, spool.length);
    }
    return { length: spool.length - (end - start) + inserted.length, open: () => Readable.from(edited()) };
  }

  close(): void {
    this.#spool.close();
  }
}

function encoded(): GatewayError {
  return new GatewayError('unsupported_encoding', 'A form must be sent without a content encoding.');
}
