// Enrols members. However many ask at once for the same identifiers, a unique index lets one of them in,
// and the others find its member.
import { randomInt } from 'node:crypto';
import { now } from '../../shared/clock.ts';
import { failure, type Instant, type Transaction } from '../../shared/database.ts';
import { newId } from '../../shared/id.ts';
import { once } from '../../shared/idempotency.ts';
import { tell } from '../../shared/outbox.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import type { Viewer } from '../../shared/viewer.ts';
import type { Decision } from '../consent/consent.rules.ts';
import { appendDecisions, readDecisions, type GivenConsent } from '../consent/consent.service.ts';
import { cardNumber, randomDigits } from '../identifier/card.rules.ts';
import { distinctKeys, identifierKey, IDENTIFIER_HELP } from '../identifier/identifier.rules.ts';
import type { GivenIdentifier, IdentifierKey } from '../identifier/identifier.rules.ts';
import { acquaint, ownersOf } from '../identifier/identifier.service.ts';
import { tellMember } from '../member/member.service.ts';
import { ProfileRow } from '../profile/profile.entity.ts';
import { mergeAttributes, type GivenProfile, type ProfileChanges } from '../profile/profile.rules.ts';
import { profileChanges } from '../profile/profile.service.ts';
import type { Settings } from '../programme.ts';
import { writeOf, type Written } from '../write.rules.ts';

export interface Enrolment {
  idempotencyKey?: string | null;
  identifiers: GivenIdentifier[];
  profile?: GivenProfile | null;
  consents?: GivenConsent[] | null;
  referralCode?: string | null;
}

interface Enrolled {
  memberId: string;
  existing: boolean;
}

const IDENTIFIERS_MAX = 10;
const CONSENTS_MAX = 50;
const CODE = /^[\p{L}\p{N} _-]{1,64}$/u;

const subjectKeys = ({ kind, subject }: Viewer): IdentifierKey[] =>
  kind === 'member' && subject !== undefined
    ? [{ kind: 'SUBJECT', namespace: subject.issuer, value: subject.subject }]
    : [];

function readKeys(viewer: Viewer, given: GivenIdentifier[], settings: Settings): IdentifierKey[] {
  if (given.length > IDENTIFIERS_MAX) {
    throw new Refused('IDENTIFIER_INVALID', `At most ${IDENTIFIERS_MAX} identifiers.`, { field: ['identifiers'] });
  }
  const keys = given.map((identifier, index) => {
    const key = identifierKey(identifier, settings, viewer.partnerId ?? null);
    if (key !== null) return key;
    throw new Refused('IDENTIFIER_INVALID', IDENTIFIER_HELP[identifier.kind], {
      field: ['identifiers', String(index), 'value'],
    });
  });
  const all = distinctKeys([...keys, ...subjectKeys(viewer)]);
  if (all.length > 0) return all;
  throw new Refused('IDENTIFIER_MISSING', 'Send at least one identifier.', { field: ['identifiers'] });
}

function withCard(keys: IdentifierKey[], { cardPrefix }: Settings): IdentifierKey[] {
  if (keys.some(({ kind }) => kind === 'CARD')) return keys;
  const value = cardNumber(cardPrefix, randomInt(10 ** randomDigits(cardPrefix)));
  return distinctKeys([...keys, { kind: 'CARD', namespace: '', value }]);
}

/** A referral code as it is told; what cannot be one may be an e-mail that went into the wrong field, and is not told. */
function readCode(text: string | null | undefined): string | null {
  const code = text?.trim() ?? '';
  return CODE.test(code) ? code : null;
}

const conflict = (message: string) => new Refused('IDENTIFIER_CONFLICT', message, { field: ['identifiers'] });

/** The one member that has any of the keys; null when all are free. */
async function existingMember(tx: Transaction, viewer: Viewer, keys: IdentifierKey[]): Promise<string | null> {
  const owners = await ownersOf(tx, keys);
  const members = [...new Set(owners.filter((owner) => owner !== null))];
  if (members.length > 1) throw conflict('The identifiers belong to two members.');
  const [memberId = null] = members;
  const stranger =
    viewer.kind === 'member' && !keys.some((key, index) => key.kind === 'SUBJECT' && owners[index] === memberId);
  if (memberId !== null && stranger) throw conflict('An identifier belongs to another member.');
  return memberId;
}

async function insertMember(
  tx: Transaction,
  viewer: Viewer,
  keys: IdentifierKey[],
  { fields, attributes }: ProfileChanges,
  decisions: Decision[],
  referralCode: string | null,
): Promise<string> {
  const id = newId();
  const [member] = await tx.query<{ enrolledAt: Instant }[]>(
    'insert into member (id, enrolled_by_partner_id) values ($1, $2) returning enrolled_at "enrolledAt"',
    [id, viewer.partnerId ?? null],
  );
  await tx.query(
    `insert into identifier (id, member_id, kind, namespace, value)
     select k.id, $1, k.kind, k.namespace, k.value
     from unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) with ordinality k (id, kind, namespace, value, place)
     order by place`,
    [
      id,
      keys.map(newId),
      keys.map(({ kind }) => kind),
      keys.map(({ namespace }) => namespace),
      keys.map(({ value }) => value),
    ],
  );
  await tx.getRepository(ProfileRow).insert({ ...fields, memberId: id, attributes: mergeAttributes({}, attributes) });
  await appendDecisions(tx, viewer, id, decisions);
  await tellMember(tx, { id, status: 'ACTIVE', earningBlocked: false, spendingBlocked: false, version: 1 });
  const payload = { memberId: id, enrolledAt: member!.enrolledAt, referralCode };
  await tell(tx, 'member.enrolled', [{ aggregate: id, sequence: 1, payload }]);
  return id;
}

/** Nothing changes, but whoever gave out the code may see why it brought nothing. */
async function tellAgain(tx: Transaction, memberId: string, referralCode: string): Promise<void> {
  const at = await now(tx);
  const sequence = Date.parse(at);
  await tell(tx, 'member.enrolled_again', [{ aggregate: memberId, sequence, payload: { memberId, at, referralCode } }]);
}

/** Who lost a race for an identifier tries once more: the winner has committed, so its member is found then. */
async function again<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (failure(error).constraint !== 'identifier_belongs_to_one_member') throw error;
    return work();
  }
}

export const enrolmentService = (request: RoomRequest, settings: () => Promise<Settings>) => ({
  async enroll(input: Enrolment): Promise<Written<Enrolled>> {
    const { viewer, space } = request;
    const set = await settings();
    const keys = readKeys(viewer, input.identifiers, set);
    const changes = profileChanges(input.profile ?? {}, set);
    const given = input.consents ?? [];
    if (given.length > CONSENTS_MAX) {
      throw new Refused('CONSENT_INVALID', `At most ${CONSENTS_MAX} consents.`, { field: ['consents'] });
    }
    const code = readCode(input.referralCode);
    const decisions = await readDecisions(request, given, (index) => ['consents', String(index)]);
    return again(() =>
      once(space.source, writeOf(viewer, 'memberEnroll', input), async (tx): Promise<Enrolled> => {
        const existing = await existingMember(tx, viewer, keys);
        const memberId = existing ?? (await insertMember(tx, viewer, withCard(keys, set), changes, decisions, code));
        if (existing !== null && code !== null) await tellAgain(tx, existing, code);
        if (viewer.partnerId !== undefined) await acquaint(tx, [memberId], viewer.partnerId);
        return { memberId, existing: existing !== null };
      }),
    );
  },
});
