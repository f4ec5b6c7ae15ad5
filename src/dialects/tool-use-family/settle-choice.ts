import type { Tool, ToolChoice } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';

/**
 * A choice held against the tools it speaks of. One that leaves it to the model means nothing without tools, and
 * comes back as undefined (protocols 10.4). Throws `invalid_request` with `param` where a tool is demanded that the
 * client did not send: dropped in silence, it would get an answer it had ruled out.
 */
export function settleChoice(
  choice: ToolChoice | undefined,
  tools: readonly Tool[],
  param: string,
): ToolChoice | undefined {
  if (choice?.mode === 'required' && tools.length === 0) throw demandsNothing(param);
  if (choice?.mode === 'tool' && !tools.some((tool) => tool.name === choice.name)) throw namesNone(param);
  return tools.length === 0 ? undefined : choice;
}

function demandsNothing(param: string): GatewayError {
  const sentence = `"${param}" demands the use of a tool, but the request has none; send "tools", or leave the choice to the model.`;
  return new GatewayError('invalid_request', sentence, { param });
}

function namesNone(param: string): GatewayError {
  const sentence = `"${param}" names a tool that is not among those of the request; send it with "tools", or leave the choice to the model.`;
  return new GatewayError('invalid_request', sentence, { param });
}
