/** Where OpenAI's clients find an API: with and without a version, and at Azure's paths. */
export function openAiRoutes(path: string): readonly string[] {
  return [`/v1${path}`, path, `/openai/v1${path}`, `/openai/deployments/{model}${path}`];
}
