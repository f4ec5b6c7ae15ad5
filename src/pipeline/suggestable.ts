import type { Identity } from '../decisions/policy/identity.ts';
import { permits } from '../decisions/policy/rules/allowed-models.ts';

/** Which names may be shown to this caller: only what it may use is suggested, so no error lists the rest. */
export function suggestable({ app, narrowedTo }: Identity): (name: string) => boolean {
  return (name) => {
    const names = { asked: undefined, resolved: name, prefix: undefined };
    if (!permits(app.policy.allow, app.policy.deny, names)) return false;
    return narrowedTo === undefined || permits(narrowedTo.allow, narrowedTo.deny, names);
  };
}
