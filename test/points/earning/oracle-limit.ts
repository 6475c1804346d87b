// Caps of rules, budgets, caps of currencies: what they take off, one after the other.
import type { Rooms, StepKind } from '../../../subgraphs/points/earning/facts.rules.ts';
import type { Cap } from '../../../subgraphs/points/programme/currency.rules.ts';
import type { Programme } from '../../../subgraphs/points/programme/programme.rules.ts';
import { fraction, minus, over, round, textOf, times, total, whole, type Fraction } from './fraction.ts';
import { accountOf, type Scene } from './oracle-condition.ts';

/** What one rule gives; in the file's order. */
export interface Part {
  currency: string;
  rule: string;
  campaign: string | null;
  caps: Cap[];
  amount: bigint;
}

interface Taking {
  currency: string;
  rule: string;
  kind: StepKind;
  amount: bigint;
}

/** What one of the currency's smallest units costs. */
function costOf({ currencies }: Programme, currency: string): Fraction {
  const { value = '0', decimals } = currencies.find(({ code }) => code === currency)!;
  return over(fraction(value), whole(10n ** BigInt(decimals)));
}

/** The most that a cap lets pass; null: it limits nothing here. */
function mostOf({ code, per, max }: Cap, rooms: Rooms): bigint | null {
  if (per === 'purchase') return BigInt(max);
  const room = rooms[`cap:${code}`];
  return room === undefined ? null : BigInt(room);
}

const sumAll = (some: Part[]): bigint => some.reduce((sum, { amount }) => sum + amount, 0n);
const costAll = (some: Part[], programme: Programme): Fraction =>
  total(some.map(({ amount, currency }) => times(whole(amount), costOf(programme, currency))));
const ofCampaign = (code: string, some: Part[]): Part[] => some.filter(({ campaign }) => campaign === code);

/** The most that a campaign's budget lets pass of a part after others. */
function budgetsLeave({ campaign, currency }: Part, others: Part[], scene: Scene, rooms: Rooms): bigint[] {
  const found = scene.programme.campaigns.find(({ code }) => code === campaign);
  if (found === undefined) return [];
  const account = accountOf(found, scene.occasion.facts.day);
  const [points, money] = [rooms[`budget:${account}`], rooms[`money:${account}`]];
  const before = ofCampaign(found.code, others);
  const cost = costOf(scene.programme, currency);
  return [
    ...(points === undefined ? [] : [BigInt(points) - sumAll(before)]),
    ...(money === undefined || cost.top === 0n
      ? []
      : [round(over(minus(fraction(money), costAll(before, scene.programme)), cost), 'floor')]),
  ];
}

/** What a currency's cap takes off the last parts first. */
function takeLast(parts: Part[], excess: bigint): void {
  let left = excess;
  for (const part of parts.toReversed()) {
    const off = left < part.amount ? left : part.amount;
    part.amount -= off;
    left -= off;
  }
}

function takenOf(parts: Part[], { programme, occasion }: Scene, rooms: Rooms): Rooms {
  const taken: Rooms = {};
  for (const { code, caps = [] } of programme.currencies) {
    const own = parts.filter(({ currency }) => currency === code);
    for (const cap of caps) taken[`cap:${cap.code}`] = String(sumAll(own));
  }
  for (const { caps, amount } of parts) for (const { code } of caps) taken[`cap:${code}`] = String(amount);
  for (const campaign of programme.campaigns) {
    const account = accountOf(campaign, occasion.facts.day);
    const own = ofCampaign(campaign.code, parts);
    taken[`budget:${account}`] = String(sumAll(own));
    taken[`money:${account}`] = textOf(costAll(own, programme));
  }
  return Object.fromEntries(Object.entries(taken).filter(([key]) => rooms[key] !== undefined));
}

export function limited(given: Part[], scene: Scene, rooms: Rooms): { parts: Part[]; takings: Taking[]; taken: Rooms } {
  const takings: Taking[] = [];
  const parts: Part[] = [];
  for (const part of given) {
    const left = { ...part };
    const reduce = (most: bigint | null, rule: string, kind: StepKind) => {
      if (most === null || most >= left.amount) return;
      takings.push({ currency: part.currency, rule, kind, amount: most - left.amount });
      left.amount = most;
    };
    for (const cap of part.caps) reduce(mostOf(cap, rooms), cap.code, 'rule-cap');
    for (const most of budgetsLeave(part, parts, scene, rooms)) reduce(most, part.campaign!, 'budget');
    parts.push(left);
  }
  for (const { code: currency, caps = [] } of scene.programme.currencies) {
    const own = parts.filter((part) => part.currency === currency);
    for (const cap of caps) {
      const excess = sumAll(own) - (mostOf(cap, rooms) ?? sumAll(own));
      if (excess <= 0n) continue;
      takings.push({ currency, rule: cap.code, kind: 'cap', amount: -excess });
      takeLast(own, excess);
    }
  }
  return { parts, takings, taken: takenOf(parts, scene, rooms) };
}
