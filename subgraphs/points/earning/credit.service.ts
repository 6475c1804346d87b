// A grant as the posting that gives it: what rules with other terms give makes lots of its own.
import type { Credit } from '../ledger/ledger.service.ts';
import { termsOf, type Override } from '../ledger/terms.rules.ts';
import type { Programme } from '../programme/programme.rules.ts';
import type { Grant } from './facts.rules.ts';

export interface Given extends Pick<Credit, 'actor_kind' | 'actor_id'> {
  /** UUID. */
  member: string;
  /** When it happened: terms count from there. */
  at: string;
  /** UUID of the purchase, part of a return, event or step of the ladder. */
  origin: string;
  /** UUID of the partner that pays for it; null: the programme. */
  funder: string | null;
}

interface GrantLot {
  lot: NonNullable<Credit['lots']>[number];
  /** Moves the wallet's inactivity on to there. */
  idleUntil: string | null;
  override: Override;
}

export const currencyOf = (programme: Programme, code: string): Programme['currencies'][number] =>
  programme.currencies.find((known) => known.code === code)!;

/** What a rule says of its points' terms; nothing for what is no rule, as a tier's multiplier. */
function overrideOf(programme: Programme, code: string): Override {
  const rule = programme.earning.flatMap(({ rules }) => rules).find((known) => known.code === code);
  return rule === undefined ? {} : { expiry: rule.expiry, pending: rule.pending };
}

/** The lots that a grant makes, in their order. */
export function lotsOf(programme: Programme, grant: Grant, { at, funder }: Pick<Given, 'at' | 'funder'>): GrantLot[] {
  const currency = currencyOf(programme, grant.currency);
  const lots = new Map<string, GrantLot>();
  for (const { rule, amount } of grant.parts) {
    if (amount === 0) continue;
    const override = overrideOf(programme, rule);
    const { idleUntil, ...terms } = termsOf(currency, 'EARN', at, programme.timeZone, override);
    // What waits for a confirmation has no expiry yet; where it will have another, it is another lot.
    const key = JSON.stringify([terms, terms.cancelsAt === null ? null : override.expiry]);
    const before = lots.get(key)?.lot.amount ?? 0;
    const lot = {
      amount: before + amount,
      earned_at: at,
      activates_at: terms.activatesAt,
      cancels_at: terms.cancelsAt,
      expires_at: terms.expiresAt,
      funder,
    };
    lots.set(key, { lot, idleUntil, override });
  }
  return [...lots.values()];
}

/** Of a grant above 0; `available`: what of it can be used at once. */
export function creditOf(programme: Programme, grant: Grant, given: Given): { credit: Credit; available: number } {
  const { at, funder, ...rest } = given;
  const made = lotsOf(programme, grant, { at, funder });
  const lots = made.map(({ lot }) => lot);
  const usable = lots.filter(({ activates_at, cancels_at }) => (activates_at ?? cancels_at ?? null) === null);
  const idle = made.map(({ idleUntil }) => idleUntil).filter((until) => until !== null);
  return {
    available: usable.reduce((sum, { amount }) => sum + amount, 0),
    credit: {
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
    },
  };
}
