import { frame } from '../frames.ts';
import type { Json } from '../json.ts';
import type { FailureWords } from '../operation.ts';
import { verdicts } from './azure-filters.ts';
import { openaiFailure } from './openai-failure.ts';

const CODES: Readonly<Record<number, string>> = { 404: 'DeploymentNotFound' };

/** A code, mostly the status once more, and a message: neither type nor param. */
export const azureFailure: FailureWords = {
  ...openaiFailure,
  envelope,
  frame: (status, message) => frame(envelope(status, message)),
  refusedPrompt,
};

function envelope(status: number, message: string): Json {
  return { error: { code: CODES[status] ?? `${status}`, message } };
}

function refusedPrompt(): Json {
  const innererror = {
    code: 'ResponsibleAIPolicyViolation',
    content_filter_result: verdicts({ isFiltered: true }),
  };
  const message =
    "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.";
  return { error: { message, type: null, param: 'prompt', code: 'content_filter', status: 400, innererror } };
}
