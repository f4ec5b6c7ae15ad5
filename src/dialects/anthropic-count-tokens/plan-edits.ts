/** The body of a count is edited as that of a question. */
export { planEdits } from '../anthropic-family/request-edits.ts';
