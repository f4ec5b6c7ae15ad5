/** A chunk whose delta says nothing: what a client gets that is kept waiting and cannot bear comments. */
export function emptyFrame(model: string, createdS: number): string {
  const choice = { index: 0, delta: { content: '' }, logprobs: null, finish_reason: null };
  const chunk = { id: 'chatcmpl-waiting', object: 'chat.completion.chunk', created: createdS, model };
  return `data: ${JSON.stringify({ ...chunk, choices: [choice] })}\n\n`;
}
