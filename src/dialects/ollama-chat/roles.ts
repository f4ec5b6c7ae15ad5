import type { Message } from '../../model/call.ts';

/** The roles a message may have on the wire. `developer` is no word of Ollama's, but its clients come from elsewhere. */
export const rolesByWire: ReadonlyMap<string, Message['role']> = new Map<string, Message['role']>([
  ['system', 'system'],
  ['developer', 'system'],
  ['user', 'user'],
  ['assistant', 'assistant'],
  ['tool', 'tool'],
]);
