// Which lots a purchase gave, and how those change when what it gives changes: each loses or gains what the rules of its
// terms give less or more. What is too much of one is never taken from another that lasts longer, or waits for something.
import { lotKey, lotsOf } from '../earning/credit.service.ts';
import type { Grant, GrantPart } from '../earning/facts.rules.ts';
import type { Programme } from '../programme/programme.rules.ts';
import type { GivenLot } from './counting.rules.ts';

/** The lots of entries that give the grants; `origin` is what they come from. */
export const lotsGiven = (programme: Programme, origin: string, grants: Grant[], at: string): GivenLot[] =>
  grants.flatMap((grant) =>
    lotsOf(programme, grant, { at }).map(({ rule, amount }, n) => ({
      origin,
      currency: grant.currency,
      n,
      rule,
      left: amount,
    })),
  );

export interface LotChange {
  currency: string;
  /** What is taken back, the latest lots of the same terms first. */
  less: (Pick<GivenLot, 'origin' | 'n'> & { amount: number })[];
  /** What is given on top, with the terms of its rule. */
  more: GrantPart[];
}

/** From what is left of lots to what the rules give of one currency now. */
function changeOf(programme: Programme, currency: string, at: string, lots: GivenLot[], parts: GrantPart[]): LotChange {
  const key = (rule: string) => lotKey(programme, currency, rule, at);
  const had = Map.groupBy(lots, ({ rule }) => key(rule));
  const has = Map.groupBy(parts, ({ rule }) => key(rule));
  const change: LotChange = { currency, less: [], more: [] };
  for (const terms of new Set([...had.keys(), ...has.keys()])) {
    const own = had.get(terms) ?? [];
    const wanted = has.get(terms) ?? [];
    const sum = (amounts: number[]) => amounts.reduce((all, one) => all + one, 0);
    let rest = sum(own.map(({ left }) => left)) - sum(wanted.map(({ amount }) => amount));
    if (rest < 0) change.more.push({ rule: wanted[0]!.rule, campaign: null, amount: -rest });
    for (const { origin, n, left } of own.toReversed()) {
      const amount = Math.min(left, rest);
      if (amount <= 0) continue;
      rest -= amount;
      change.less.push({ origin, n, amount });
    }
  }
  return change;
}

/** Of each currency of which lots change. */
export function lotChanges(programme: Programme, at: string, lots: GivenLot[], grants: Grant[]): LotChange[] {
  const currencies = new Set([...lots, ...grants].map(({ currency }) => currency));
  return [...currencies]
    .map((currency) =>
      changeOf(
        programme,
        currency,
        at,
        lots.filter((lot) => lot.currency === currency),
        grants.find((grant) => grant.currency === currency)?.parts ?? [],
      ),
    )
    .filter(({ less, more }) => less.length + more.length > 0);
}

/** The lots after a change; `more` is given by entries of the origin. */
export function lotsAfter(
  programme: Programme,
  at: string,
  lots: GivenLot[],
  changes: LotChange[],
  origin: string,
): GivenLot[] {
  const taken = new Map(
    changes.flatMap(({ currency, less }) => less.map((one) => [`${one.origin} ${currency} ${one.n}`, one.amount])),
  );
  const grants = changes.map(({ currency, more: parts }): Grant => ({ currency, amount: 0, parts, steps: [] }));
  return [
    ...lots.map((lot) => ({ ...lot, left: lot.left - (taken.get(`${lot.origin} ${lot.currency} ${lot.n}`) ?? 0) })),
    ...lotsGiven(programme, origin, grants, at),
  ];
}
