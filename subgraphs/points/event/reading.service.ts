// Reads what was told of an event before any lock is taken: its type, where it happened, and whose it is. Other rooms are
// asked once.
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { needsOf, ruleBookOf } from '../earning/book.rules.ts';
import { memberOf as existing } from '../ledger/wallet.service.ts';
import type { EventType } from '../programme/earning.rules.ts';
import type { Programme } from '../programme/programme.rules.ts';
import { programmesAt } from '../programme/programme.service.ts';
import { memberFactsOf, type PersonalFacts } from '../earning/personal.service.ts';
import { locationsByCode, memberIds, type IdentifierInput } from '../purchase/lookup.service.ts';
import { unprintable } from '../purchase/receipt.rules.ts';
import { readAttributes, type AttributeValue } from './event.rules.ts';

export interface EventInput {
  idempotencyKey?: string | null;
  member?: IdentifierInput | null;
  memberId?: string | null;
  type: string;
  occurredAt: string;
  location?: string | null;
  attributes?: { name: string; value: string }[] | null;
}

/** A member by its id, if the viewer knows it. */
export type Known = (id: string) => Promise<{ id: string } | null>;

interface Place {
  partnerId: string | null;
  /** Codes. */
  partner: string | null;
  channel: string | null;
  location: string | null;
}

export interface ToldEvent {
  memberId: string;
  type: EventType;
  occurredAt: string;
  attributes: Record<string, AttributeValue>;
  place: Place;
  /** The version that was in force when it happened. */
  programme: Programme;
  personal: PersonalFacts | undefined;
}

export const refuse = (code: string, message: string, ...field: string[]) => new Refused(code, message, { field });

async function placeOf(request: RoomRequest, code: string | null): Promise<Place> {
  const { kind, partnerId = null } = request.viewer;
  if (code === null) {
    const [own] = await request.space.source.query<{ code: string }[]>(
      'select partner_code code from location_copy where partner_id = $1 and partner_code is not null limit 1',
      [partnerId],
    );
    return { partnerId, partner: own?.code ?? null, channel: null, location: null };
  }
  const found = unprintable(code) === null ? (await locationsByCode(request, [code])).get(code) : undefined;
  if (found === undefined || (kind !== 'operator' && found.partnerId !== partnerId)) {
    throw refuse('LOCATION_UNKNOWN', `There is no location ${JSON.stringify(code)}.`, 'location');
  }
  return { partnerId: found.partnerId, partner: found.partnerCode, channel: found.channelCode, location: code };
}

async function memberOf(
  request: RoomRequest,
  { member = null, memberId = null }: EventInput,
  { partnerId }: Place,
  known: Known,
): Promise<string> {
  if ((member === null) === (memberId === null)) {
    throw refuse('MEMBER_UNKNOWN', 'Send exactly one of `member` and `memberId`.');
  }
  if (memberId !== null) {
    if ((await known(memberId)) !== null) return existing(request, memberId);
    throw refuse('MEMBER_UNKNOWN', 'There is no such member, or it is not known to you.', 'memberId');
  }
  const [id = null] = await memberIds(request, [member!], partnerId);
  if (id !== null) return id;
  throw refuse('MEMBER_UNKNOWN', 'No member has this identifier.', 'member');
}

export async function readEvent(request: RoomRequest, input: EventInput, known: Known): Promise<ToldEvent> {
  const { occurredAt } = input;
  const programme = (await programmesAt(request.space.source, [occurredAt]))[0]!;
  const type = programme.events.find(({ code }) => code === input.type);
  if (type === undefined) throw refuse('EVENT_UNKNOWN', 'The programme has no such type of event.', 'type');
  const attributes = readAttributes(type, input.attributes ?? []);
  const place = await placeOf(request, input.location ?? null);
  const memberId = await memberOf(request, input, place, known);
  const { birthday, anniversary } = needsOf(ruleBookOf(programme));
  const needs = { birthday: birthday.length > 0, anniversary: anniversary.length > 0, enrolment: false };
  const personal = (await memberFactsOf(request, needs, [memberId])).get(memberId);
  return { memberId, type, occurredAt, attributes, place, programme, personal };
}
