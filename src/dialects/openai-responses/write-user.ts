import type { GenerationCall } from '../../model/call.ts';
import { fingerprint } from '../../model/stable-hash.ts';
import type { Writing } from '../dialect.ts';

/** The longest name of a user OpenAI takes (protocols 2.1). */
const USER_MAX = 128;

/**
 * Who asks, as `safety_identifier`: `user` is what it was called before. Names that are too long, or that are a
 * whole record as Claude Code's, become a fingerprint, the same for the same user (protocols 11).
 */
export function writeUser({ user }: GenerationCall, { warnings }: Writing): string | undefined {
  if (!user) return undefined;
  if (user.length <= USER_MAX && !user.startsWith('{')) return user;
  warnings.changed('user', 'fingerprint');
  return `user_${fingerprint(user)}`;
}
