import type { GenerationCall } from '../../model/call.ts';
import { stringMember } from '../../model/json.ts';
import { stableHash } from '../../model/stable-hash.ts';

type WireUser = { metadata?: { user_id: string } };
type WireTier = { service_tier?: string };

const USER_LENGTH_MAX = 256;
const isMailAddress = /\S@\S/;
const isPhoneNumber = /^\+?[\d\s()./-]{6,}$/;

/** Who is behind the request. Anthropic wants nobody recognised by it: addresses and numbers go as a hash. */
export function writeUser(call: GenerationCall): WireUser {
  const user = call.user ?? stringMember(call.extra, 'safety_identifier');
  if (!user) return {};
  const isPersonal = isMailAddress.test(user) || isPhoneNumber.test(user);
  const isOdd = isPersonal || user.length > USER_LENGTH_MAX;
  return { metadata: { user_id: isOdd ? `user_${stableHash(user, 32)}` : user } };
}

/** Of the tiers others sell, Anthropic knows one by the same name; the rest is book-keeping (D). */
export function writeServiceTier(call: GenerationCall): WireTier {
  const tier = call.extra['service_tier'];
  return tier === 'auto' || tier === 'standard_only' ? { service_tier: tier } : {};
}
