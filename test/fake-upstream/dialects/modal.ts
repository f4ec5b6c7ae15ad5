/**
 * A function at Modal as simple-ai-gateway calls them: POST …/completion with a prompt (002-5). Below `/in-query` and
 * `/in-the-query` it is of the older kind, which wants its question in `?request=` and refuses a body with 405 or 422.
 */
import { parseObject, stringIn } from '../json.ts';
import { type Arrived, type Operation, PlainBody } from '../operation.ts';
import { readCompletion } from './openai-asked.ts';
import { openaiFailure } from './openai-failure.ts';

const OLDER: Readonly<Record<string, number>> = { '/in-query': 405, '/in-the-query': 422 };

const modalCompletion: Operation = {
  name: 'modal-completion',
  failure: openaiFailure,
  matches: (method, path) => method === 'POST' && path.endsWith('/completion'),
  modelOf: () => '',
  isMeant: (arrived) => refusalOf(arrived) === undefined,
  answer: {
    kind: 'generated',
    read: (arrived) => readCompletion({ ...arrived, body: questionIn(arrived) }),
    whole: ({ pieces }, asked) => {
      const content = [...pieces].join('');
      // Some answer as OpenAI's chat does, as far as their first message.
      return asked.prompt.includes('as a message') ? { choices: [{ message: { content } }] } : { content };
    },
    stream: () => ({ framing: 'sse', frames: [] }),
  },
};

const modalRefusal: Operation = {
  ...modalCompletion,
  name: 'modal-refusal',
  isMeant: (arrived) => refusalOf(arrived) !== undefined,
  answer: {
    kind: 'plain',
    whole: (arrived) =>
      new PlainBody('application/json', Buffer.from('{"detail":"no such way in"}'), refusalOf(arrived)),
  },
};

export const modalOperations: readonly Operation[] = [modalCompletion, modalRefusal];

function refusalOf({ path, query }: Arrived): number | undefined {
  return query.has('request') ? undefined : OLDER[path.replace(/\/completion$/, '')];
}

function questionIn({ body, query }: Arrived): Arrived['body'] {
  const request = stringIn(query.get('request'));
  return request === '' ? body : parseObject(request);
}
