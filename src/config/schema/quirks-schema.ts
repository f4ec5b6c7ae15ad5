import Type from 'typebox';
import { amount, choice, count, list, section, text } from './words.ts';

const overridden = (description: string) => Type.Optional(Type.Boolean({ description }));

/**
 * `quirks` of a backend (contract 4.3). All but the last few are the flags of `WireQuirks` in snake case, which each
 * type sets for itself; a test holds the two lists together. None has a default here: absent = as the type has it.
 */
export const quirksSchema = section(
  'How it differs from others of its type.',
  {
    tokens_field: choice(
      ['max_tokens', 'max_completion_tokens'],
      'What the limit on written tokens is called.',
    ),
    tokens_default: count(
      'The limit on written tokens where the API demands one and the client names none; 0 = the most the model can write.',
      { minimum: 0 },
    ),
    developer_role: overridden('It knows the role `developer`.'),
    system_only_first: overridden('It takes one system message, and only as the first.'),
    alternates_roles: overridden('It refuses two messages of one role in a row.'),
    flattens_text: overridden('A content of nothing but texts goes as one string.'),
    file_parts: overridden('It reads documents that are no text.'),
    content_null: overridden('`content` may be null beside tool calls.'),
    stream_usage: choice(['include_usage', 'never'], 'Whether it may be asked for usage in streams.'),
    parallel_tool_calls: overridden('It knows `parallel_tool_calls`.'),
    forced_tool_choice: overridden('It knows `tool_choice` beyond auto and none.'),
    strict_tools: overridden('It knows `strict` on tools.'),
    json_schema: overridden('It keeps answers to a schema.'),
    seed: overridden('It knows `seed`.'),
    choices: overridden('It gives several answers at once.'),
    logprobs: overridden('It knows `logprobs`.'),
    logit_bias: overridden('It knows `logit_bias`.'),
    reasoning_back: choice(
      ['reasoning_content', 'reasoning', 'none'],
      'Under which name earlier thoughts go back to the model.',
    ),
    reasoning_switch: choice(
      ['reasoning_effort', 'reasoning', 'enable_thinking', 'chat_template_kwargs', 'none'],
      'How thinking is turned up and down.',
    ),
    vendor_sampling: overridden('It knows `top_k`, `min_p` and their kin.'),
    think_tags: overridden('Its models write their thoughts into the text, between `<think>` tags.'),
    prints_tool_calls: overridden('Its models print a tool call into the text now and then.'),
    normalises: overridden('Its answers have slips; they are read and written anew.'),
    lenient: overridden('What cannot be honoured is left out with a warning instead of refused.'),
    dialects: list('Only these dialects are spoken to it, and they are surely there.'),
    api_version: text('The API version, for types that have one.'),
    word_delay_ms: amount('Of type `echo`: the pause between two words.'),
    usage: choice(['tokens', 'characters'], 'Of type `echo`: what it counts.'),
    body_metrics: overridden('Of type `echo`: timings in the body of an answer.'),
  },
  { default: {} },
);
