/** Server-sent events, read from a finished stream as the standard says; nothing here is shared with the product. */
export interface ReadEvent {
  readonly name: string | undefined;
  readonly data: string;
  /** Did the blank line come that ends it? */
  readonly isClosed: boolean;
}

export function readEvents(stream: string): ReadEvent[] {
  const events: ReadEvent[] = [];
  let name: string | undefined;
  let data: string[] = [];
  const close = (isClosed: boolean): void => {
    if (data.length > 0) events.push({ name, data: data.join('\n'), isClosed });
    name = undefined;
    data = [];
  };
  for (const line of stream.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)) {
    if (line === '') close(true);
    const field = /^(event|data)(?:: ?(.*))?$/s.exec(line);
    if (field?.[1] === 'event') name = field[2] ?? '';
    if (field?.[1] === 'data') data.push(field[2] ?? '');
  }
  close(false);
  return events;
}
