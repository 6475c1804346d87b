// Records what members do besides buying. Cooldown, caps and points are decided under the member's lock, and posted in the
// same transaction. An event that may give nothing is recorded all the same, with the reason.
import { Big } from 'big.js';
import type { Sql } from '../../shared/database.ts';
import { newId } from '../../shared/id.ts';
import { answered, once } from '../../shared/idempotency.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { needsOf, ruleBookOf } from '../earning/book.rules.ts';
import { creditsOf, usableBy } from '../earning/credit.service.ts';
import { evaluate } from '../earning/evaluate.rules.ts';
import type { Facts, Rooms } from '../earning/facts.rules.ts';
import { limitsOf } from '../earning/limit.rules.ts';
import { LimitUse, withAccounts, type Limited } from '../earning/limit.service.ts';
import { daysLater } from '../ledger/calendar.rules.ts';
import { accepted, actorOf, post, type Posting } from '../ledger/ledger.service.ts';
import { programmeInForce, type Programme } from '../programme/programme.service.ts';
import { checkMoment } from '../purchase/batch.service.ts';
import { factsOf } from '../earning/occasion.rules.ts';
import { drawsOf } from '../earning/draw.service.ts';
import { membersById } from '../purchase/lookup.service.ts';
import { giveBonuses } from '../tier/bonus.service.ts';
import { factsOfMember } from '../tier/member-facts.service.ts';
import { Standings } from '../tier/standing.service.ts';
import { eventCount, withheldBy } from './cooldown.service.ts';
import { occasionOfEvent } from './event.rules.ts';
import { readEvent, refuse, type EventInput, type Known, type ToldEvent } from './reading.service.ts';

/** What `eventRecord` answers under its key. UUIDs. */
interface Remembered {
  eventId: string;
  memberId: string;
  /** Steps of the ladder that it led to: origins of what they gave. */
  steps: string[];
}

function checkTime(occurredAt: string, { lateDays, timeZone }: Programme, now: string): void {
  checkMoment(occurredAt, now);
  if (lateDays === undefined || daysLater(occurredAt, lateDays, timeZone) >= now) return;
  throw refuse('EVENT_TOO_OLD', `Events are taken for ${lateDays} days.`, 'occurredAt');
}

/** The facts under which it is counted, read under the lock. */
async function factsOfEvent(tx: Sql, event: ToldEvent, standings: Standings, segments: string[]): Promise<Facts> {
  const { memberId, type, occurredAt, attributes, programme, personal } = event;
  const { partner, channel, location } = event.place;
  const { timeZone } = programme;
  const facts = factsOf({ occurredAt, timeZone, partner, channel, location, currency: null, rate: '1', payments: [] });
  const needs = needsOf(ruleBookOf(programme));
  const draw = await drawsOf(tx, needs.draws);
  const number = needs.draws.length === 0 ? 0 : (await eventCount(tx, memberId, type.code)) + 1;
  const known = { needs, personal, segments, draws: draw(memberId, number) };
  return {
    ...facts,
    member: factsOfMember(standings, memberId, facts, known),
    event: { type: type.code, attributes },
  };
}

interface Gift {
  rooms: Rooms;
  gave: boolean;
  steps: string[];
}

/** Posts what the rules give, and what the levels give that are reached by it. */
async function give(
  tx: Sql,
  request: RoomRequest,
  event: ToldEvent,
  origin: string,
  facts: Facts,
  standings: Standings,
  opened: Limited[],
): Promise<Gift> {
  const { memberId, occurredAt: at, place, programme } = event;
  const member = facts.member!;
  const book = ruleBookOf(programme);
  const occasion = occasionOfEvent(facts);
  const limited = { memberId, at, timeZone: programme.timeZone, limits: limitsOf(book, occasion) };
  const limits = await LimitUse.open(tx, [limited], opened, true);
  const rooms = limits.rooms(limited);
  const { grants, taken } = evaluate(book, occasion, rooms);
  limits.count(limited, {}, taken, origin);

  const actor = actorOf(request.viewer);
  const given = { member: memberId, at, origin, funder: place.partnerId, ...actor };
  const credits = creditsOf(programme, grants, given);
  const points = usableBy(credits, standings.now);
  const change = { at, origin, spend: Big(0), purchases: 0, points, returned: false };
  const moves = standings.count(memberId, change);
  const postings: Posting[] = [...credits];
  const steps = giveBonuses({ standings, limits, postings }, memberId, member, moves, actor);

  await limits.save(tx);
  for (const posted of await post(tx, postings)) accepted(posted);
  await standings.save(tx);
  return { rooms, gave: credits.length > 0, steps: steps.map(({ id }) => id) };
}

async function record(tx: Sql, request: RoomRequest, event: ToldEvent, opened: Limited[]): Promise<Remembered> {
  const { memberId, type, occurredAt, attributes, place, programme } = event;
  const standings = await Standings.lock(tx, [memberId], await programmeInForce(tx));
  checkTime(occurredAt, standings.programme, standings.now);
  const { status, earningBlocked, segments } = (await membersById(tx, [memberId])).get(memberId)!;
  if (status === 'CLOSED' || status === 'ERASED') {
    throw refuse('MEMBER_NOT_ACTIVE', `This member is ${status}.`, 'member');
  }
  const eventId = newId();
  const facts = await factsOfEvent(tx, event, standings, segments);
  const reason = await withheldBy(tx, event, status !== 'ACTIVE' || earningBlocked);
  const nothing: Gift = { rooms: {}, gave: false, steps: [] };
  const { rooms, gave, steps } =
    reason === null ? await give(tx, request, event, eventId, facts, standings, opened) : nothing;
  await tx.query(
    `insert into member_event
       (id, member_id, type, attributes, occurred_at, partner_id, owner, rule_version, facts, withheld, gave)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      eventId,
      memberId,
      type.code,
      JSON.stringify(attributes),
      occurredAt,
      place.partnerId,
      request.viewer.owner,
      programme.version,
      JSON.stringify({ facts, rooms }),
      reason === null ? null : JSON.stringify(reason),
      gave,
    ],
  );
  return { eventId, memberId, steps };
}

/** Records an event, or gives the answer of when it was. */
export async function recordEvent(
  request: RoomRequest,
  key: string,
  input: EventInput,
  known: Known,
): Promise<Remembered & { replayed: boolean }> {
  const { source } = request.space;
  const named = { owner: request.viewer.owner, mutation: 'eventRecord', key, input };
  const first = await answered<Remembered>(source, named);
  if (first !== null) return { ...first, replayed: true };
  const event = await readEvent(request, input, known);
  const { answer, replayed } = await withAccounts((opened) =>
    once(source, named, (tx) => record(tx, request, event, opened)),
  );
  return { ...answer, replayed };
}
