/**
 * The yardstick for translated streams: Anthropic's events read and written as OpenAI's by hand, with nothing
 * around it; and, at the same port, an OpenAI stream passed through untouched.
 *
 *   node --import tsx bench/bare-translator.ts PORT UPSTREAM_ORIGIN
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Dispatcher, Pool } from 'undici';

const [port = '0', origin = ''] = process.argv.slice(2);
const pool = new Pool(origin, { pipelining: 1, connections: 256 });

class Relay implements Dispatcher.DispatchHandler {
  protected readonly response: ServerResponse;

  constructor(response: ServerResponse) {
    this.response = response;
  }

  onRequestStart(): void {}

  onResponseStart(): void {
    this.response.writeHead(200, { 'content-type': 'text/event-stream' });
  }

  onResponseData(_controller: unknown, piece: Buffer): void {
    this.response.write(piece);
  }

  onResponseEnd(): void {
    this.response.end();
  }

  onResponseError(): void {
    this.response.destroy();
  }
}

class Translator extends Relay {
  #rest = '';

  override onResponseData(_controller: unknown, piece: Buffer): void {
    const frames = (this.#rest + piece.toString('utf8')).split('\n\n');
    this.#rest = frames.pop() ?? '';
    let written = '';
    for (const frame of frames) {
      const data = frame.slice(frame.indexOf('data: ') + 6);
      written += this.#translate(JSON.parse(data));
    }
    if (written !== '') this.response.write(written);
  }

  #translate(event: { type: string; delta?: { text?: string; stop_reason?: string } }): string {
    if (event.type === 'message_start') return this.#chunk({ role: 'assistant', content: '' }, null);
    if (event.type === 'content_block_delta') return this.#chunk({ content: event.delta?.text }, null);
    if (event.type === 'message_delta') return this.#chunk({}, 'stop');
    return event.type === 'message_stop' ? 'data: [DONE]\n\n' : '';
  }

  #chunk(delta: object, finish_reason: string | null): string {
    const choices = [{ index: 0, delta, logprobs: null, finish_reason }];
    const chunk = { id: 'chatcmpl-x', object: 'chat.completion.chunk', created: 1, model: 'm', choices };
    return `data: ${JSON.stringify(chunk)}\n\n`;
  }
}

function handle(request: IncomingMessage, response: ServerResponse): void {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    const body = Buffer.concat(pieces);
    const isTranslated = JSON.parse(body.toString('utf8')).model === 'claude';
    const path = isTranslated ? '/v1/messages' : '/v1/chat/completions';
    const relay = isTranslated ? new Translator(response) : new Relay(response);
    pool.dispatch({ path, method: 'POST', headers: ['content-type', 'application/json'], body }, relay);
  });
}

createServer(handle).listen(Number(port), '127.0.0.1', 4096, () => console.log('listening'));
