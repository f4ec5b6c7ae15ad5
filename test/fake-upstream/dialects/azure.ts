/**
 * OpenAI's models at Azure (protocols 6): the dated surface, /openai/deployments/{deployment}/…, where the model in the
 * body means nothing, and the v1 surface, where it is the deployment. What a deployment's name begins with `async` has
 * its filters run behind the answer.
 */
import type { Asked } from '../asked-and-said.ts';
import type { Arrived, GeneratedAnswer, Operation } from '../operation.ts';
import { azureFailure } from './azure-failure.ts';
import { filteredFrames, filteredWhole } from './azure-filters.ts';
import { modelList } from './models-and-health.ts';
import { audioTexts, speech } from './openai-audio.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiCompletions } from './openai-completions.ts';
import { openaiEmbeddings } from './openai-embeddings.ts';
import { openaiImages } from './openai-images.ts';
import { openaiResponses } from './openai-responses.ts';

export const azureOperations: readonly Operation[] = [
  deployed('azure-chat', 'chat/completions', openaiChat),
  deployed('azure-completions', 'completions', openaiCompletions),
  deployed('azure-embeddings', 'embeddings', openaiEmbeddings),
  deployed('azure-images', 'images/generations', openaiImages),
  deployed('azure-speech', 'audio/speech', speech),
  ...audioTexts.map((operation) =>
    deployed(
      operation.name.replace('openai', 'azure'),
      operation.name.replace('openai-', 'audio/'),
      operation,
    ),
  ),
  {
    ...openaiResponses,
    name: 'azure-responses',
    matches: (method, path) => method === 'POST' && /^\/openai(\/v1)?\/responses$/.test(path),
  },
  {
    ...modelList,
    name: 'azure-models',
    matches: (method, path) => method === 'GET' && /^\/openai(\/v1)?\/models$/.test(path),
  },
];

function deployed(name: string, work: string, openai: Operation): Operation {
  const place = new RegExp(`^/openai/(?:v1|deployments/(?<deployment>.+?))/${work}$`);
  const modelOf = (arrived: Arrived) =>
    place.exec(arrived.path)?.groups?.deployment ?? openai.modelOf(arrived);
  const named = (arrived: Arrived): Arrived => ({
    ...arrived,
    body: { ...arrived.body, model: modelOf(arrived) },
  });
  return {
    name,
    failure: azureFailure,
    matches: (method, path) => method === 'POST' && place.test(path),
    ...(openai.isMeant === undefined ? {} : { isMeant: openai.isMeant }),
    modelOf,
    answer: answerOf(openai.answer, named),
  };
}

type Named = (arrived: Arrived) => Arrived;

function answerOf(answer: Operation['answer'], named: Named): Operation['answer'] {
  if (answer.kind === 'generated') return filtered(answer, named);
  return { kind: 'plain', whole: (arrived, house) => answer.whole(named(arrived), house) };
}

function filtered(answer: GeneratedAnswer, named: Named): GeneratedAnswer {
  return {
    kind: 'generated',
    read: (arrived) => answer.read(named(arrived)),
    whole: (said, asked) => filteredWhole(answer.whole(said, asked)),
    stream: (said, asked) => {
      const { framing, frames } = answer.stream(said, asked);
      return { framing, frames: filteredFrames(frames, isAsync(asked)) };
    },
  };
}

function isAsync({ model }: Asked): boolean {
  return model.startsWith('async');
}
