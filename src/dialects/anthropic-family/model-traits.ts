/**
 * What each model of Anthropic's takes and refuses, for the API answers 400 to what a model does not take
 * (protocols 3, T27). The one table to touch when a new model is released and differs.
 */
export interface ModelTraits {
  /** The most it can write. */
  readonly outputTokensMax: number;
  /** May that limit be held against a client, or is it only a cautious guess? */
  readonly isLimitKnown: boolean;
  /** `one`: temperature or top_p, not both; `none`: any value but the default is refused. */
  readonly sampling: 'all' | 'one' | 'none';
  /** `budget`: thinking tokens are counted out; `adaptive`: the model decides, guided by an effort. */
  readonly thinking: 'none' | 'budget' | 'adaptive';
  /** The efforts it knows beyond low, medium, high and max. */
  readonly hasXhighEffort: boolean;
  readonly canStopThinking: boolean;
  /** Does it go on with an assistant's turn the client began? */
  readonly takesPrefill: boolean;
  /** Does it take the role `system` inside the talk? */
  readonly takesSystemTurns: boolean;
  /** Does it know `output_config.format`, and strict tools? */
  readonly hasOutputFormat: boolean;
}

const old: ModelTraits = {
  outputTokensMax: 4096,
  isLimitKnown: true,
  sampling: 'all',
  thinking: 'none',
  hasXhighEffort: false,
  canStopThinking: true,
  takesPrefill: true,
  takesSystemTurns: false,
  hasOutputFormat: false,
};

const budgeted: ModelTraits = { ...old, outputTokensMax: 64_000, thinking: 'budget' };

const adaptive: ModelTraits = {
  ...budgeted,
  outputTokensMax: 128_000,
  sampling: 'one',
  thinking: 'adaptive',
  takesPrefill: false,
  hasOutputFormat: true,
};

const newest: ModelTraits = {
  ...adaptive,
  outputTokensMax: 64_000,
  isLimitKnown: false,
  sampling: 'none',
  hasXhighEffort: true,
  canStopThinking: false,
  takesSystemTurns: true,
};

/** Another maker's model behind a copy of this API (DeepSeek, GLM, Kimi, local servers): they stayed with the old ways. */
const copy: ModelTraits = { ...budgeted, outputTokensMax: 8192, isLimitKnown: false };

/** The first row whose pattern fits; names come with dates, vendors' prefixes and revisions around them. */
const rows: readonly (readonly [name: RegExp, traits: ModelTraits])[] = [
  [/claude-(?:v?[12]\b|instant)|claude-3-(?:opus|sonnet|haiku)/, old],
  [/claude-3[-.]5/, { ...old, outputTokensMax: 8192 }],
  [/claude-3[-.]7/, budgeted],
  [/opus-4[-.]1(?!\d)/, { ...budgeted, outputTokensMax: 32_000, sampling: 'one' }],
  [/opus-4(?:[-.]0)?(?!\d|[-.]\d(?!\d{4}))/, { ...budgeted, outputTokensMax: 32_000 }],
  [/sonnet-4(?:[-.]0)?(?!\d|[-.]\d(?!\d{4}))/, budgeted],
  [/(?:opus|sonnet|haiku)-4[-.]5(?!\d)/, { ...budgeted, sampling: 'one', hasOutputFormat: true }],
  [/opus-4[-.]6(?!\d)/, adaptive],
  [/sonnet-4[-.]6(?!\d)/, { ...adaptive, outputTokensMax: 64_000 }],
  [
    /opus-4[-.]7(?!\d)/,
    {
      ...newest,
      outputTokensMax: 128_000,
      isLimitKnown: true,
      canStopThinking: true,
      takesSystemTurns: false,
    },
  ],
  [/opus-4[-.]8(?!\d)/, { ...newest, outputTokensMax: 128_000, canStopThinking: true }],
  [/claude|anthropic|opus|sonnet|haiku|fable|mythos/, newest],
];

/** A name of Anthropic's that is not in the table is taken for a newer model. */
export function traitsOf(model: string): ModelTraits {
  const name = model.toLowerCase();
  return rows.find(([pattern]) => pattern.test(name))?.[1] ?? copy;
}
