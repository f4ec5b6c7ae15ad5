/** The question as clients of OpenAI write it, to the chat and to Responses. */
import type { Json } from '../vendor-specs.ts';
import type { Call, Part, Question, Result, Tool, Turn } from './question.ts';

export function writeChat(model: string, question: Question): Json {
  const { tools, choice, schema, probabilities } = question;
  return {
    model,
    messages: [
      ...(question.system ? [{ role: 'system', content: question.system }] : []),
      ...question.turns.flatMap(chatTurn),
    ],
    ...(tools && { tools: tools.map(chatTool) }),
    ...(choice && { tool_choice: typeof choice === 'object' ? namedFunction(choice.name) : chosen(choice) }),
    ...(question.isOneAtATime && { parallel_tool_calls: false }),
    ...(schema && {
      response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } },
    }),
    ...(question.wantsJson && { response_format: { type: 'json_object' } }),
    ...(question.stop && { stop: question.stop }),
    ...(question.answers && { n: question.answers }),
    ...(probabilities && { logprobs: true, top_logprobs: probabilities }),
    ...(question.effort && { reasoning_effort: question.effort }),
    ...given({
      max_completion_tokens: question.tokensMax,
      temperature: question.temperature,
      top_p: question.topP,
      seed: question.seed,
      presence_penalty: question.presence,
      frequency_penalty: question.frequency,
      user: question.user,
    }),
  };
}

export function writeResponses(model: string, question: Question): Json {
  const { tools, choice, schema, probabilities } = question;
  const format = schema
    ? { type: 'json_schema', name: 'answer', strict: true, schema }
    : { type: 'json_object' };
  return {
    model,
    store: false,
    input: question.turns.flatMap(responsesTurn),
    ...(question.system && { instructions: question.system }),
    ...(tools && { tools: tools.map(flatTool) }),
    ...(choice && {
      tool_choice: typeof choice === 'object' ? { type: 'function', name: choice.name } : chosen(choice),
    }),
    ...(question.isOneAtATime && { parallel_tool_calls: false }),
    ...((schema || question.wantsJson) && { text: { format } }),
    ...(probabilities && { top_logprobs: probabilities, include: ['message.output_text.logprobs'] }),
    ...(question.effort && { reasoning: { effort: question.effort, summary: 'auto' } }),
    ...given({
      max_output_tokens: question.tokensMax && Math.max(16, question.tokensMax),
      temperature: question.temperature,
      top_p: question.topP,
      safety_identifier: question.user,
    }),
  };
}

export function given(members: Json): Json {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function chosen(choice: string): string {
  return choice === 'any' ? 'required' : choice;
}

function namedFunction(name: string): Json {
  return { type: 'function', function: { name } };
}

export function chatTool({ name, description, parameters, isStrict }: Tool): Json {
  return { type: 'function', function: given({ name, description, parameters, strict: isStrict }) };
}

function flatTool({ name, description, parameters, isStrict }: Tool): Json {
  return {
    type: 'function',
    ...given({ name, description }),
    parameters: parameters ?? null,
    strict: isStrict ?? false,
  };
}

function chatTurn(turn: Turn): readonly Json[] {
  if (turn.by === 'tools') {
    const more = turn.text ? [{ role: 'user', content: turn.text }] : [];
    return [...turn.results.map(chatResult), ...more];
  }
  if (turn.by !== 'assistant') return [{ role: turn.by, content: turn.parts.map(chatPart) }];
  return [
    {
      role: 'assistant',
      content: turn.text ?? null,
      ...(turn.thought && { reasoning_content: turn.thought.text }),
      ...(turn.calls && { tool_calls: turn.calls.map((call) => chatCall(call, turn.thought?.signature)) }),
    },
  ];
}

function chatPart(part: Part): Json {
  if (part.kind === 'text') return { type: 'text', text: part.text };
  if (part.kind === 'pdf')
    return {
      type: 'file',
      file: { filename: 'a.pdf', file_data: `data:application/pdf;base64,${part.base64}` },
    };
  return { type: 'image_url', image_url: { url: pictureUrl(part) } };
}

function pictureUrl(part: Exclude<Part, { kind: 'text' }>): string {
  return part.kind === 'image-url' ? part.url : `data:image/png;base64,${part.base64}`;
}

/** The place where Google's own layer keeps the signature of a call. */
function chatCall({ id, name, args }: Call, signature: string | undefined): Json {
  return {
    id,
    type: 'function',
    function: { name, arguments: JSON.stringify(args) },
    ...(signature && { extra_content: { google: { thought_signature: signature } } }),
  };
}

/** No room for a picture or a failure in this dialect. */
function chatResult({ call, text }: Result): Json {
  return { role: 'tool', tool_call_id: call, content: text };
}

function responsesTurn(turn: Turn): readonly Json[] {
  if (turn.by === 'tools') {
    const more = turn.text ? [{ role: 'user', content: turn.text }] : [];
    return [...turn.results.map(responsesResult), ...more];
  }
  if (turn.by !== 'assistant')
    return [{ role: turn.by, content: plain(turn.parts) ?? turn.parts.map(responsesPart) }];
  const { thought, text, calls = [] } = turn;
  return [
    ...(thought
      ? [{ type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: thought.signature }]
      : []),
    ...(text ? [{ role: 'assistant', content: text }] : []),
    ...calls.map(({ id, name, args }) => ({
      type: 'function_call',
      call_id: id,
      name,
      arguments: JSON.stringify(args),
    })),
  ];
}

/** A text alone is most often written as it is. */
function plain([part, ...more]: readonly Part[]): string | undefined {
  return part?.kind === 'text' && more.length === 0 ? part.text : undefined;
}

function responsesPart(part: Part): Json {
  if (part.kind === 'text') return { type: 'input_text', text: part.text };
  if (part.kind === 'pdf')
    return { type: 'input_file', filename: 'a.pdf', file_data: `data:application/pdf;base64,${part.base64}` };
  return { type: 'input_image', image_url: pictureUrl(part), detail: 'auto' };
}

function responsesResult({ call, text, image }: Result): Json {
  const picture = image && {
    type: 'input_image',
    image_url: `data:image/png;base64,${image}`,
    detail: 'auto',
  };
  const output = picture ? [{ type: 'input_text', text }, picture] : text;
  return { type: 'function_call_output', call_id: call, output };
}
