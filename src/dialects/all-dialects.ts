import type { Dialect } from './dialect.ts';
import { openAiChat } from './openai-chat/openai-chat.ts';
import { openAiCompletions } from './openai-completions/openai-completions.ts';
import { openAiEmbeddings } from './openai-embeddings/openai-embeddings.ts';
import { openAiImages } from './openai-images/openai-images.ts';
import { openAiResponses } from './openai-responses/openai-responses.ts';

/** Every dialect of the house. The front makes its routes from this list; nothing else lists them. */
export const allDialects: readonly Dialect[] = [
  openAiChat,
  openAiCompletions,
  openAiEmbeddings,
  openAiImages,
  openAiResponses,
];

const byName = new Map(allDialects.map((dialect) => [dialect.name, dialect]));
const byRoute = new Map(allDialects.flatMap((dialect) => dialect.routes.map((route) => [route, dialect])));

/** The dialect of this name, as a provider's surfaces give it. */
export function dialectByName(name: string): Dialect | undefined {
  return byName.get(name);
}

/** The dialect clients speak at this path. */
export function dialectByRoute(path: string): Dialect | undefined {
  return byRoute.get(path);
}
