/** The body of a question is edited as that of a count. */
export { planEdits } from '../anthropic-family/request-edits.ts';
