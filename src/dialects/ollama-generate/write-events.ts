import type { FrameWriter, WriterContext } from '../dialect.ts';
import { LineWriter } from '../ollama-family/line-writer.ts';
import { generateForm } from './form.ts';

export function frameWriter(context: WriterContext): FrameWriter {
  return new LineWriter(generateForm, context);
}
