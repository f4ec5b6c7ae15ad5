/** What we write, as it travels (protocols 7). Incoming JSON has no types here: it is read member by member. */
export type WireText = { readonly type: 'text'; readonly text: string };

export type WireImage = {
  readonly type: 'image_url';
  readonly image_url: { readonly url: string; readonly detail?: string };
};

/** A piece of a tool's result that the model may cite. */
export type WireDocument = {
  readonly type: 'document';
  readonly document: { readonly data: { readonly [name: string]: string } };
};

export type WireContent<Part> = string | readonly Part[];

export type WireMessage =
  | { readonly role: 'system'; readonly content: WireContent<WireText> }
  | { readonly role: 'user'; readonly content: WireContent<WireText | WireImage> }
  | { readonly role: 'assistant'; readonly content: WireContent<WireText> }
  | {
      readonly role: 'assistant';
      readonly tool_plan?: string;
      readonly tool_calls: readonly WireToolCall[];
    }
  | {
      readonly role: 'tool';
      readonly tool_call_id: string;
      readonly content: WireContent<WireText | WireDocument>;
    };

export type WireToolCall = {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
};

export type WireThinking = { readonly type: 'enabled' | 'disabled'; readonly token_budget?: number };

export type WireFinishReason =
  | 'COMPLETE'
  | 'STOP_SEQUENCE'
  | 'MAX_TOKENS'
  | 'TOOL_CALL'
  | 'ERROR'
  | 'TIMEOUT';
