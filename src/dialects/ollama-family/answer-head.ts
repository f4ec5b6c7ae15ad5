import type { JsonObject } from '../../model/json.ts';
import type { WriterContext } from '../dialect.ts';
import { writeTime } from './created-at.ts';

/** What every line and every whole answer begins with. */
export function answerHead(context: WriterContext): JsonObject {
  return { model: context.model, created_at: writeTime(context.createdS) };
}
