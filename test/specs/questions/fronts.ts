/** The dialects clients may put a question in. */
import type { Asking } from '../asking.ts';
import type { Question } from './question.ts';
import { writeAnthropic } from './write-anthropic.ts';
import { writeGemini } from './write-gemini.ts';
import { writeOllama } from './write-ollama.ts';
import { writeChat, writeResponses } from './write-openai.ts';

export interface Front {
  readonly name: string;
  /** The backs whose dialect it is: there the body passes as the client wrote it. */
  readonly own: readonly string[];
  /** Whose signatures this front's clients bring without a mark. */
  readonly origin: string;
  asking(model: string, question: Question): Asking;
  /** The same question for a stream. */
  streamed(asking: Asking): Asking;
}

const byMember = ({ body, ...asking }: Asking): Asking => ({ ...asking, body: { ...body, stream: true } });

export const fronts: readonly Front[] = [
  {
    name: 'chat',
    own: ['openai-chat', 'azure', 'azure preview', 'openai'],
    origin: 'gemini',
    asking: (model, question) => ({ path: '/v1/chat/completions', body: writeChat(model, question) }),
    streamed: byMember,
  },
  {
    name: 'responses',
    own: ['openai-responses'],
    origin: 'openai',
    asking: (model, question) => ({ path: '/v1/responses', body: writeResponses(model, question) }),
    streamed: byMember,
  },
  {
    name: 'messages',
    own: ['anthropic-messages'],
    origin: 'anthropic',
    asking: (model, question) => ({
      path: '/v1/messages',
      headers: { 'anthropic-version': '2023-06-01' },
      body: writeAnthropic(model, question),
    }),
    streamed: byMember,
  },
  {
    name: 'generateContent',
    own: ['gemini-generate'],
    origin: 'gemini',
    asking: (model, question) => ({
      path: `/v1beta/models/${model}:generateContent`,
      body: writeGemini(question),
    }),
    streamed: ({ path, ...asking }) => ({
      ...asking,
      path: path.replace(':generateContent', ':streamGenerateContent?alt=sse'),
    }),
  },
  {
    name: 'ollama',
    own: ['ollama-chat'],
    origin: 'ollama',
    asking: (model, question) => ({ path: '/api/chat', body: writeOllama(model, question) }),
    streamed: byMember,
  },
];
