import type { WholeWriter, WriterContext } from '../dialect.ts';
import { WholeFold } from '../ollama-family/whole-fold.ts';
import { chatForm } from './form.ts';

export function wholeWriter(context: WriterContext): WholeWriter {
  return new WholeFold(chatForm, context);
}
