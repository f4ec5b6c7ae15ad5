/**
 * Small differences between servers of one dialect, as data (protocols 9). A provider's file in the catalogue
 * gives those of its kind; `quirks` of a backend in the configuration overrides any of them by the same name in
 * snake case (`tokens_field`). Only writers and readers of wire formats ask for them.
 */
export interface WireQuirks {
  /** What the limit on written tokens is called. */
  readonly tokensField: 'max_tokens' | 'max_completion_tokens';
  /** What a limit that must be named says when the client names none; 0 = the most the model can write. */
  readonly tokensDefault: number;
  /** Does it know the role `developer`? Else it is written `system`. */
  readonly developerRole: boolean;
  /** It takes one system message, and only as the first. */
  readonly systemOnlyFirst: boolean;
  /** It refuses two messages of one role in a row. */
  readonly alternatesRoles: boolean;
  /** A content of nothing but texts goes as one string: many servers know no parts. */
  readonly flattensText: boolean;
  /** Does it read documents that are no text (`file` parts)? */
  readonly fileParts: boolean;
  /** May `content` be null beside tool calls? Else it is ''. */
  readonly contentNull: boolean;
  /** May `stream_options.include_usage` be sent? `never` for servers that refuse unknown members. */
  readonly streamUsage: 'include_usage' | 'never';
  readonly parallelToolCalls: boolean;
  /** Does it know `tool_choice` beyond auto and none? */
  readonly forcedToolChoice: boolean;
  readonly strictTools: boolean;
  readonly jsonSchema: boolean;
  readonly seed: boolean;
  /** Does it give several answers at once (`n`)? */
  readonly choices: boolean;
  readonly logprobs: boolean;
  readonly logitBias: boolean;
  /** Under which name earlier thoughts go back to the model; `none` = not at all. */
  readonly reasoningBack: 'reasoning_content' | 'reasoning' | 'none';
  /** How thinking is turned up and down. */
  readonly reasoningSwitch:
    | 'reasoning_effort'
    | 'reasoning'
    | 'enable_thinking'
    | 'chat_template_kwargs'
    | 'none';
  /** Does it know `top_k`, `min_p` and their kin, which OpenAI does not? */
  readonly vendorSampling: boolean;
  /** Its models write their thoughts into the text, between `<think>` tags. */
  readonly thinkTags: boolean;
  /** Its models now and then print a tool call into the text, as a line of JSON, instead of making it. */
  readonly printsToolCalls: boolean;
  /** Its answers have slips that official clients stumble over: they are read into events and written anew. */
  readonly normalises: boolean;
  /** What cannot be honoured is left out with a warning instead of refused. */
  readonly lenient: boolean;
}

/** What is assumed of a server nobody described: an ordinary copy of OpenAI's dialect. */
export const ordinaryQuirks: WireQuirks = {
  tokensField: 'max_tokens',
  tokensDefault: 0,
  developerRole: false,
  systemOnlyFirst: false,
  alternatesRoles: false,
  flattensText: true,
  fileParts: true,
  contentNull: true,
  streamUsage: 'include_usage',
  parallelToolCalls: true,
  forcedToolChoice: true,
  strictTools: true,
  jsonSchema: true,
  seed: true,
  choices: true,
  logprobs: true,
  logitBias: true,
  reasoningBack: 'none',
  reasoningSwitch: 'reasoning_effort',
  vendorSampling: false,
  thinkTags: false,
  printsToolCalls: false,
  normalises: false,
  lenient: false,
};

/** A provider's quirks with those of one backend's configuration laid over them; what is no quirk of these is left alone. */
export function quirksOf(
  own: Partial<WireQuirks>,
  configured: Readonly<Record<string, unknown>>,
): WireQuirks {
  const quirks: Record<string, unknown> = { ...ordinaryQuirks, ...own };
  for (const name of Object.keys(ordinaryQuirks) as (keyof WireQuirks)[]) {
    const value = configured[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];
    if (typeof value === typeof ordinaryQuirks[name]) quirks[name] = value;
  }
  return quirks as unknown as WireQuirks;
}
