/** What a backend may come up with, as the fake upstream plays it, and what is asked of it. */
export interface AnswerCase {
  readonly name: string;
  /** The fake's; it goes behind the model's name. */
  readonly scenario: string;
  readonly wish?: Wish;
  /** `answer`: nothing else will do; `answer or refusal`: not every backend can; `failure`: told as one, whole and streamed. */
  /** The backend breaks its own book here; where its answer passes as it is, that is nobody's fault but its own. */
  readonly isOffTheBook?: boolean;
  readonly expects: 'answer' | 'answer or refusal' | 'failure';
}

/** What the question asks for beside a text. */
export type Wish =
  | 'tools'
  | 'two answers'
  | 'stop'
  | 'few tokens'
  | 'a schema'
  | 'probabilities'
  | 'thoughts';

export const answerCases: readonly AnswerCase[] = [
  { name: 'a text', scenario: '', expects: 'answer' },
  { name: 'a text of wide letters', scenario: 'split-utf8!words=8', expects: 'answer' },
  { name: 'signed thoughts', scenario: 'thoughts=3!signed', wish: 'thoughts', expects: 'answer' },
  {
    name: 'thoughts nobody may read',
    scenario: 'thoughts=3!signed=redacted',
    wish: 'thoughts',
    expects: 'answer',
  },
  { name: 'thoughts nobody asked for', scenario: 'thoughts=3!signed', expects: 'answer' },
  { name: 'one tool call', scenario: 'tools=1', wish: 'tools', expects: 'answer' },
  { name: 'two tool calls', scenario: 'tools=2', wish: 'tools', expects: 'answer' },
  { name: 'a tool call without arguments', scenario: 'tools=1!no-args', wish: 'tools', expects: 'answer' },
  {
    name: 'thoughts, then tool calls',
    scenario: 'thoughts=3!signed!tools=2',
    wish: 'tools',
    expects: 'answer',
  },
  { name: 'a refusal in words', scenario: 'refusal=model', expects: 'answer' },
  { name: 'half an answer, then the filter', scenario: 'refusal=filter', expects: 'answer' },
  { name: 'a prompt that is not even begun', scenario: 'refusal=prompt', expects: 'answer or refusal' },
  { name: 'nothing at all', scenario: 'empty', expects: 'answer' },
  { name: 'a prompt read from the cache', scenario: 'cached=3', expects: 'answer' },
  { name: 'a prompt written to the cache', scenario: 'cached=1!cached-now=2', expects: 'answer' },
  { name: 'no usage', scenario: 'usage-lies=missing', isOffTheBook: true, expects: 'answer' },
  { name: 'an answer that comes to its limit', scenario: 'words=20', wish: 'few tokens', expects: 'answer' },
  { name: 'an answer that comes to a stop', scenario: 'words=8', wish: 'stop', expects: 'answer or refusal' },
  { name: 'two answers', scenario: 'words=3', wish: 'two answers', expects: 'answer or refusal' },
  { name: 'an answer by a schema', scenario: '', wish: 'a schema', expects: 'answer or refusal' },
  { name: 'probabilities', scenario: 'words=3', wish: 'probabilities', expects: 'answer or refusal' },
  { name: 'the other form than asked for', scenario: 'json-instead-of-stream', expects: 'answer' },
  { name: 'a stream nobody asked for', scenario: 'sse-instead-of-json', expects: 'answer' },
  { name: 'an error', scenario: 'status=500', expects: 'failure' },
  { name: 'a refused key', scenario: 'status=401', expects: 'failure' },
  { name: 'too many requests', scenario: 'status=429!retry-after=1', expects: 'failure' },
  { name: 'overload', scenario: 'status=503', expects: 'failure' },
  { name: 'a question that is too long', scenario: 'too-long', expects: 'failure' },
  { name: 'a page of HTML', scenario: 'html', expects: 'failure' },
  { name: 'an error with status 200', scenario: 'error-in-200', expects: 'failure' },
];

/** Only streams can do this. */
export const brokenStreams: readonly Omit<AnswerCase, 'expects'>[] = [
  { name: 'an error in the middle', scenario: 'words=8!error-mid=3' },
  { name: 'an error in the middle of thoughts', scenario: 'thoughts=6!signed!error-mid=3', wish: 'thoughts' },
  { name: 'an error in the middle of a tool call', scenario: 'tools=1!error-mid=1', wish: 'tools' },
  { name: 'a stream that is cut', scenario: 'words=8!cut=3' },
  { name: 'a stream that ends too early', scenario: 'words=8!end=3' },
];
