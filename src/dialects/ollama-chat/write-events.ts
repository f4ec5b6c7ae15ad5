import type { FrameWriter, WriterContext } from '../dialect.ts';
import { LineWriter } from '../ollama-family/line-writer.ts';
import { chatForm } from './form.ts';

export function frameWriter(context: WriterContext): FrameWriter {
  return new LineWriter(chatForm, context);
}
