/** The question as clients of Ollama write it; what their dialect has no words for is left out. */
import type { Json } from '../vendor-specs.ts';
import type { Part, Question, Turn } from './question.ts';
import { chatTool, given } from './write-openai.ts';

export function writeOllama(model: string, question: Question): Json {
  const { tools, effort, system, probabilities } = question;
  return {
    model,
    stream: false,
    messages: [...(system ? [{ role: 'system', content: system }] : []), ...question.turns.flatMap(message)],
    ...(tools && {
      tools: tools.map((tool) => chatTool({ parameters: { type: 'object', properties: {} }, ...tool })),
    }),
    ...(effort && { think: effort === 'none' ? false : effort }),
    ...(question.schema && { format: question.schema }),
    ...(question.wantsJson && { format: 'json' }),
    ...(probabilities && { logprobs: true, top_logprobs: probabilities }),
    options: given({
      num_predict: question.tokensMax,
      stop: question.stop,
      temperature: question.temperature,
      top_p: question.topP,
      top_k: question.topK,
      seed: question.seed,
      presence_penalty: question.presence,
      frequency_penalty: question.frequency,
    }),
  };
}

function message(turn: Turn): readonly Json[] {
  if (turn.by === 'tools') {
    const more = turn.text ? [{ role: 'user', content: turn.text }] : [];
    const results = turn.results.map(({ name, text }) => ({ role: 'tool', tool_name: name, content: text }));
    return [...results, ...more];
  }
  if (turn.by !== 'assistant') return [{ role: turn.by, ...spoken(turn.parts) }];
  const { thought, text, calls } = turn;
  return [
    {
      role: 'assistant',
      content: text ?? '',
      ...(thought && { thinking: thought.text }),
      ...(calls && { tool_calls: calls.map(({ name, args }) => ({ function: { name, arguments: args } })) }),
    },
  ];
}

/** Only pictures have a place beside the words. */
function spoken(parts: readonly Part[]): Json {
  const words = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : []));
  const images = parts.flatMap((part) => (part.kind === 'image' ? [part.base64] : []));
  return { content: words.join('\n'), ...(images.length > 0 && { images }) };
}
