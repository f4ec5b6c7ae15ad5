import type { Message } from '../../model/call.ts';

/** The roles a message may have on the wire, and what they mean. `function` is how tools answered in 2023. */
export const rolesByWire: ReadonlyMap<string, Message['role']> = new Map<string, Message['role']>([
  ['developer', 'system'],
  ['system', 'system'],
  ['user', 'user'],
  ['assistant', 'assistant'],
  ['tool', 'tool'],
  ['function', 'tool'],
]);
