/** Tests of the SDKs' makers that must fail here, each with the words of its failure and why that is right. */
export interface ExpectedFailure {
  /** The file below `tests/api-resources`, and the name of the test. */
  readonly test: RegExp;
  readonly failure: RegExp;
  readonly reason: string;
  /** The backend that can do it, before which it must pass. */
  readonly notBefore?: string;
}

const noRoute = /There is nothing at|takes POST, not GET/;

const notThere = /is served for .+, but not for|could be done|can change a picture|nothing else can stand in/;

const noStandIn = 'it passes to a backend that has the same API, and nothing else can stand in for one';

export const openAiFailures: readonly ExpectedFailure[] = [
  {
    test: /^chat\/completions\/(completions|messages) › (retrieve|update: .*|list|delete)$/,
    failure: noRoute,
    reason: 'no answer is stored that could be fetched, listed, changed or deleted',
  },
  {
    test: /^responses\/(responses|input-items) › (retrieve|delete|cancel|list)$/,
    failure: noRoute,
    reason: 'no answer is stored that could be fetched, listed, changed or deleted',
  },
  {
    test: /^responses\/responses › compact/,
    failure: noRoute,
    reason: 'only their maker can read the items of a compacted talk',
  },
  {
    test: /^responses\/input-tokens › count$/,
    failure: noRoute,
    reason: 'tokens are counted at the surfaces of Anthropic and Gemini alone',
  },
  {
    test: /^responses\/responses › create$/,
    failure: /has no "input"/,
    reason: 'it asks nothing, with neither input nor anything stored in its place',
  },
  { test: /^models › delete$/, failure: noRoute, reason: 'models belong to the operator' },
  {
    test: /^images › (edit|createVariation): /,
    failure: notThere,
    reason: noStandIn,
    notBefore: 'its own',
  },
  { test: /^audio\/(transcriptions|translations) › create/, failure: notThere, reason: noStandIn },
  { test: /^moderations › create/, failure: notThere, reason: noStandIn },
];

export const anthropicFailures: readonly ExpectedFailure[] = [
  {
    test: /^(beta\/)?messages\/batches › (create: .*|retrieve|list|delete|cancel)$/,
    failure: noRoute,
    reason: 'no answer is stored that could be fetched later',
  },
  { test: /^completions › /, failure: noRoute, reason: 'the text completions of 2023 are not offered' },
];
