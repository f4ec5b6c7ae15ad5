import { GatewayError } from '../../../model/gateway-error.ts';
import { matchesAnyGlob, matchesGlob } from '../../../model/glob.ts';
import type { ModelNames, Question } from './rule.ts';

/**
 * Contract 4.2: refused if the asked or the resolved name matches `deny`; else allowed if either matches
 * `allow`; an empty `allow` means all. A token's own lists are asked the same way, after the app's: both must
 * agree, so a token can only narrow.
 */
export function allowedModels({ identity, model }: Question): GatewayError | undefined {
  const { policy } = identity.app;
  if (permits(policy.allow, policy.deny, model) && isWithin(identity.narrowedTo, model)) return undefined;
  const name = model.asked ?? model.resolved;
  return new GatewayError(
    'model_not_allowed',
    `The app "${identity.app.appId}" may not use the model "${name}".`,
    {
      param: 'model',
    },
  );
}

/** May these names be used under these lists? Also asked when models are listed. */
export function permits(allow: readonly string[], deny: readonly string[], model: ModelNames): boolean {
  if (matches(deny, model)) return false;
  return allow.length === 0 || matches(allow, model);
}

function isWithin(lists: Question['identity']['narrowedTo'], model: ModelNames): boolean {
  return lists === undefined || permits(lists.allow, lists.deny, model);
}

function matches(patterns: readonly string[], model: ModelNames): boolean {
  if (patterns.length === 0) return false;
  if (matchesAnyGlob(patterns, model.resolved)) return true;
  if (model.asked === undefined) return false;
  if (model.prefix === undefined) return matchesAnyGlob(patterns, model.asked);
  return matchesPrefixed(patterns, model.asked, model.prefix);
}

/**
 * A prefixed name is held only against patterns that spell a prefix themselves: else `llama*` would let
 * `llama:some-other-model` through, where "llama" happens to be a backend.
 */
function matchesPrefixed(patterns: readonly string[], asked: string, prefix: string): boolean {
  if (matchesAnyGlob(patterns, asked.slice(prefix.length + 1))) return true;
  return patterns.some((pattern) => pattern.startsWith(`${prefix}:`) && matchesGlob(pattern, asked));
}
