import type { WholeWriter, WriterContext } from '../dialect.ts';
import { WholeFold } from '../ollama-family/whole-fold.ts';
import { generateForm } from './form.ts';

export function wholeWriter(context: WriterContext): WholeWriter {
  return new WholeFold(generateForm, context);
}
