// What an api client may be given: never more than its maker holds, and never an operator's power for a partner.
const OPERATORS_ONLY: readonly string[] = ['members:manage', 'points:manage', 'ledger:verify'];

export interface ScopeRefusal {
  code: 'SCOPE_UNKNOWN' | 'SCOPE_NOT_HELD';
  message: string;
}

/** Why these are no scopes; null when all are. */
export function unknownScope(wanted: readonly string[], known: readonly string[]): ScopeRefusal | null {
  const scope = wanted.find((one) => !known.includes(one));
  return scope === undefined ? null : { code: 'SCOPE_UNKNOWN', message: `There is no scope ${JSON.stringify(scope)}.` };
}

/** Why a client of a partner may not have these, whoever makes it; null when it may. */
export function scopesForPartner(wanted: readonly string[]): ScopeRefusal | null {
  const scope = wanted.find((one) => OPERATORS_ONLY.includes(one));
  return scope === undefined ? null : { code: 'SCOPE_NOT_HELD', message: `${scope} is for operators only.` };
}

/** Why a holder of `held` may not give these, or be given their secret; null when it may. */
export function scopesBeyond(wanted: readonly string[], held: readonly string[]): ScopeRefusal | null {
  const scope = wanted.find((one) => !held.includes(one));
  return scope === undefined
    ? null
    : { code: 'SCOPE_NOT_HELD', message: `Your own credential does not hold ${scope}.` };
}
