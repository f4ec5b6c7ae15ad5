/** The question as clients of Anthropic write it. */
import type { Json } from '../vendor-specs.ts';
import type { Part, Question, Result, Tool, Turn } from './question.ts';
import { given } from './write-openai.ts';

const budgets = { low: 1024, medium: 4096, high: 16_384 } as const;

export function writeAnthropic(model: string, question: Question): Json {
  const { effort, schema } = question;
  const thinking =
    effort === 'none' ? { type: 'disabled' } : effort && { type: 'enabled', budget_tokens: budgets[effort] };
  return {
    model,
    max_tokens: question.tokensMax ?? 1000,
    messages: question.turns.map(turn),
    ...(question.tools && { tools: question.tools.map(tool) }),
    ...choiceOf(question),
    ...(schema && { output_config: { format: { type: 'json_schema', schema } } }),
    ...given({
      thinking,
      system: question.system,
      stop_sequences: question.stop,
      temperature: question.temperature && Math.min(1, question.temperature),
      top_p: question.topP,
      top_k: question.topK,
      metadata: question.user && { user_id: question.user },
    }),
  };
}

function choiceOf({ choice, isOneAtATime }: Question): Json {
  const alone = isOneAtATime && { disable_parallel_tool_use: true };
  if (!choice) return alone ? { tool_choice: { type: 'auto', ...alone } } : {};
  if (typeof choice === 'object') return { tool_choice: { type: 'tool', name: choice.name, ...alone } };
  return { tool_choice: { type: choice, ...alone } };
}

function tool({ name, description, parameters, isStrict }: Tool): Json {
  const input_schema = parameters ?? { type: 'object', properties: {} };
  return given({ name, description, input_schema, strict: isStrict });
}

function turn(said: Turn): Json {
  if (said.by === 'tools') {
    const more = said.text ? [{ type: 'text', text: said.text }] : [];
    return { role: 'user', content: [...said.results.map(result), ...more] };
  }
  if (said.by !== 'assistant') return { role: said.by, content: said.parts.map(part) };
  const { thought, text, calls = [] } = said;
  return {
    role: 'assistant',
    content: [
      ...(thought ? [{ type: 'thinking', thinking: thought.text, signature: thought.signature }] : []),
      ...(text ? [{ type: 'text', text }] : []),
      ...calls.map(({ id, name, args }) => ({ type: 'tool_use', id, name, input: args })),
    ],
  };
}

function part(said: Part): Json {
  if (said.kind === 'text') return { type: 'text', text: said.text };
  if (said.kind === 'image-url') return { type: 'image', source: { type: 'url', url: said.url } };
  const [type, media_type] =
    said.kind === 'pdf' ? (['document', 'application/pdf'] as const) : (['image', 'image/png'] as const);
  return { type, source: { type: 'base64', media_type, data: said.base64 } };
}

function result({ call, text, image, isError }: Result): Json {
  const picture = image && part({ kind: 'image', base64: image });
  return {
    type: 'tool_result',
    tool_use_id: call,
    content: picture ? [{ type: 'text', text }, picture] : text,
    ...(isError && { is_error: true }),
  };
}
