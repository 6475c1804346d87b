// What a tier gives when it is reached: rules that are `on: tier`, counted like those of an event.
import { Big } from 'big.js';
import { ruleBookOf } from '../earning/book.rules.ts';
import { evaluate } from '../earning/evaluate.rules.ts';
import type { Evaluation, MemberFacts, Occasion, Rooms } from '../earning/facts.rules.ts';
import type { Programme } from '../programme/programme.rules.ts';
import { factsOf } from '../earning/occasion.rules.ts';

/** `member.tier` is the one that is reached; null: whichever, to ask for limits. */
export function bonusOccasion(programme: Programme, member: MemberFacts | null, at: string): Occasion {
  const { timeZone } = programme;
  const nowhere = { partner: null, channel: null, location: null, currency: null, rate: '1', payments: [] };
  const facts = factsOf({ occurredAt: at, timeZone, ...nowhere });
  const event = { type: 'tier', attributes: {} };
  return { facts: { ...facts, member, event }, lines: [], paid: Big(0), kept: Big(0) };
}

export const bonusOf = (programme: Programme, member: MemberFacts, at: string, rooms: Rooms = {}): Evaluation =>
  evaluate(ruleBookOf(programme), bonusOccasion(programme, member, at), rooms);
