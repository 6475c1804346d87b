// A grant as the posting that gives it: what rules with other terms give makes lots of its own.
import type { Credit } from '../ledger/ledger.service.ts';
import { termsOf, type Override, type Terms } from '../ledger/terms.rules.ts';
import type { Programme } from '../programme/programme.rules.ts';
import type { Grant } from './facts.rules.ts';

export interface Given extends Since, Pick<Credit, 'actor_kind' | 'actor_id'> {
  /** UUID. */
  member: string;
  /** UUID of the purchase, part of a return, event or step of the ladder. */
  origin: string;
  /** UUID of the partner that pays for it; null: the programme. */
  funder: string | null;
}

/** From when on points count, and wait. */
export interface Since {
  /** When it happened. */
  at: string;
  /** When it is given: what must be confirmed waits from then on, where that is later. */
  givenAt?: string;
  /** When its purchase was confirmed: nothing waits for that any more. */
  confirmedAt?: string | null;
}

interface GrantLot {
  /** The first rule that it is from: the others have the same terms. */
  rule: string;
  amount: number;
  terms: Terms;
}

export const currencyOf = (programme: Programme, code: string): Programme['currencies'][number] =>
  programme.currencies.find((known) => known.code === code)!;

/** What a rule says of its points' terms; nothing for what is no rule, as a tier's multiplier. Only a purchase can be confirmed. */
export function overrideOf(programme: Programme, code: string): Override {
  const rule = programme.earning.flatMap(({ rules }) => rules).find((known) => known.code === code);
  if (rule === undefined) return {};
  const { expiry, pending } = rule;
  const waits = pending === undefined ? currencyOf(programme, rule.currency!).pending : pending;
  return { expiry, pending: rule.on !== undefined && waits?.confirmation !== undefined ? null : pending };
}

/** The terms of a rule's points, by their own moments. */
function termsOfRule(
  programme: Programme,
  currency: string,
  rule: string,
  { at, givenAt = at, confirmedAt = null }: Since,
): Terms {
  const override = overrideOf(programme, rule);
  const of = currencyOf(programme, currency);
  const terms = termsOf(of, 'EARN', at, programme.timeZone, override);
  if (terms.cancelsAt === null) return terms;
  if (confirmedAt !== null) return termsOf(of, 'EARN', confirmedAt, programme.timeZone, { ...override, pending: null });
  return givenAt <= at
    ? terms
    : { ...terms, cancelsAt: termsOf(of, 'EARN', givenAt, programme.timeZone, override).cancelsAt };
}

/** What tells lots of a purchase apart: the same rule always says the same. */
export function lotKey(programme: Programme, currency: string, rule: string, at: string): string {
  const override = overrideOf(programme, rule);
  const of = currencyOf(programme, currency);
  const { activatesAt, cancelsAt, expiresAt } = termsOf(of, 'EARN', at, programme.timeZone, override);
  if (cancelsAt === null) return JSON.stringify([activatesAt, expiresAt]);
  // What waits for a confirmation has no expiry yet; where it will have another, it is another lot.
  return JSON.stringify([cancelsAt, override.expiry === undefined ? 'as the currency' : override.expiry]);
}

/** The lots that a grant makes, in their order. */
export function lotsOf(
  programme: Programme,
  { currency, parts }: Pick<Grant, 'currency' | 'parts'>,
  since: Since,
): GrantLot[] {
  const lots = new Map<string, GrantLot>();
  for (const { rule, amount } of parts) {
    if (amount === 0) continue;
    const key = lotKey(programme, currency, rule, since.at);
    const known = lots.get(key);
    if (known === undefined) lots.set(key, { rule, amount, terms: termsOfRule(programme, currency, rule, since) });
    else known.amount += amount;
  }
  return [...lots.values()];
}

/** Of a grant above 0. */
function creditOf(programme: Programme, grant: Grant, { givenAt, confirmedAt, ...given }: Given): Credit {
  const { at, funder, ...rest } = given;
  const made = lotsOf(programme, grant, { at, ...(givenAt && { givenAt }), ...(confirmedAt && { confirmedAt }) });
  const lots = made.map(({ amount, terms }) => ({
    amount,
    earned_at: at,
    activates_at: terms.activatesAt,
    cancels_at: terms.cancelsAt,
    expires_at: terms.expiresAt,
    funder,
  }));
  const idle = made.map(({ terms }) => terms.idleUntil).filter((until) => until !== null);
  return {
    op: 'credit',
    kind: 'EARN',
    currency: grant.currency,
    ...rest,
    ...lots[0]!,
    amount: grant.amount,
    ...(lots.length > 1 ? { lots } : {}),
    effective_at: at,
    idle_until: idle.toSorted().at(-1) ?? null,
    rule_version: String(programme.version),
    explanation: { ruleSetVersion: String(programme.version), steps: grant.steps },
  };
}

/** One for each currency of which something is given. */
export const creditsOf = (programme: Programme, grants: Grant[], given: Given): Credit[] =>
  grants.filter(({ amount }) => amount > 0).map((grant) => creditOf(programme, grant, given));

/** Points that credits make usable by an instant, by currency. */
export const usableBy = (credits: Credit[], at: string): Record<string, number> =>
  Object.fromEntries(
    credits.map(({ currency, lots, ...single }) => [
      currency,
      (lots ?? [single])
        .filter(({ activates_at, cancels_at }) => (activates_at ?? '') <= at && (cancels_at ?? null) === null)
        .reduce((sum, { amount }) => sum + amount, 0),
    ]),
  );
