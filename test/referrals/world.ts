// A referrals room with a ledger that is played by a stub: keys as in points, a balance for each member, refusals at will.
import { randomUUID } from 'node:crypto';
import type { EventOf } from '../../schema/events.ts';
import { referralsRoom } from '../../subgraphs/referrals/main.ts';
import type { RoomName } from '../../subgraphs/shared/config.ts';
import type { GraphResult } from '../../subgraphs/shared/execution.ts';
import { decodeId, encodeId, newId } from '../../subgraphs/shared/id.ts';
import type { Viewer } from '../../subgraphs/shared/viewer.ts';
import { testRoom, type PeerRequest, type TestRoom } from '../support/room.ts';
import { inSpace, operator, roomViewer } from '../support/viewer.ts';

export const mbr = (uuid: string): string => encodeId('mbr', uuid);
export const REFERRER_POINTS = 200;
export const REFEREE_POINTS = 100;

/** The one field of an answer without errors. */
export function only<T>({ data, errors }: GraphResult): T {
  if (errors !== undefined || data == null) throw new Error(JSON.stringify(errors));
  return Object.values(data)[0] as T;
}

interface Entry {
  id: string;
  memberId: string;
  amount: number;
}
type Input = { idempotencyKey: string; memberId: string; amount: number; entryId: string };

export class Ledger {
  readonly #byKey = new Map<string, Entry>();
  /** Code of a refusal, by `mbr_…` of the side that is refused. */
  readonly refuses = new Map<string, string>();
  /** Posts, and then does not answer. */
  silent = false;
  /** Called before each answer. */
  meanwhile: () => Promise<void> = async () => undefined;

  balance(uuid: string): number {
    return [...this.#byKey.values()]
      .filter(({ memberId }) => memberId === mbr(uuid))
      .reduce((sum, { amount }) => sum + amount, 0);
  }

  readonly answer = async ({ query, variables }: PeerRequest): Promise<unknown> => {
    const earns = query.includes('pointsEarn(');
    const answers = Object.entries(variables as Record<string, Input>).map(([side, input]) => [
      side,
      earns ? this.#post(input) : this.#reverse(input),
    ]);
    await this.meanwhile();
    if (this.silent) throw new Error('points fell silent');
    return Object.fromEntries(answers);
  };

  #answered(key: string, make: () => Omit<Entry, 'id'>) {
    const entry = this.#byKey.get(key) ?? { id: encodeId('ent', newId()), ...make() };
    this.#byKey.set(key, entry);
    return { entry: { id: entry.id }, userErrors: [] };
  }

  #post({ idempotencyKey, memberId, amount }: Input) {
    const code = this.refuses.get(memberId);
    if (code !== undefined) return { entry: null, userErrors: [{ code, message: code }] };
    return this.#answered(idempotencyKey, () => ({ memberId, amount }));
  }

  #reverse({ idempotencyKey, entryId }: Input) {
    const entry = [...this.#byKey.values()].find(({ id }) => id === entryId)!;
    const code = this.refuses.get(entry.memberId);
    if (code !== undefined) return { entry: null, userErrors: [{ code, message: code }] };
    return this.#answered(idempotencyKey, () => ({ memberId: entry.memberId, amount: -entry.amount }));
  }
}

const aggregate = { sequence: 1 };

/** An enrolment of somebody who is a member already. */
export const enrolledAgain = (memberId: string, referralCode: string): EventOf<'member.enrolled_again'> => ({
  id: newId(),
  name: 'member.enrolled_again',
  aggregate: memberId,
  sequence: 2,
  payload: { memberId, at: '2026-04-01T10:00:00.000000Z', referralCode },
});

export const enrolled = (
  memberId: string,
  referralCode: string | null,
  enrolledAt = '2026-03-01T10:00:00.000000Z',
): EventOf<'member.enrolled'> => ({
  id: newId(),
  name: 'member.enrolled',
  aggregate: memberId,
  ...aggregate,
  payload: { memberId, enrolledAt, referralCode },
});

export const recorded = (
  memberId: string | null,
  base: string,
  occurredAt: string,
  purchaseId = randomUUID(),
): EventOf<'purchase.recorded'> => ({
  id: newId(),
  name: 'purchase.recorded',
  aggregate: purchaseId,
  ...aggregate,
  payload: {
    purchaseId,
    memberId,
    partnerId: randomUUID(),
    locationId: randomUUID(),
    occurredAt,
    base,
    redemptionIds: [],
  },
});

export const returned = (
  { payload: { purchaseId, memberId } }: EventOf<'purchase.recorded'>,
  base: string,
  occurredAt: string,
): EventOf<'purchase.returned'> => ({
  id: newId(),
  name: 'purchase.returned',
  aggregate: purchaseId,
  sequence: 2,
  payload: { purchaseId, memberId, occurredAt, base, whole: Number(base) === 0 },
});

type Heard =
  | EventOf<'member.enrolled'>
  | EventOf<'member.enrolled_again'>
  | EventOf<'purchase.recorded'>
  | EventOf<'purchase.returned'>;

export interface Standing {
  id: string;
  state: string;
  rejection: string | null;
}

export interface ReferralsWorld extends TestRoom {
  ledger: Ledger;
  space: string;
  hear(...events: Heard[]): Promise<void>;
  code(memberId: string): Promise<string>;
  /** Referrals that a member is the referee of, as operators see them. */
  of(refereeId: string): Promise<Standing[]>;
  summary(referrerId: string): Promise<Record<string, number>>;
  /** The space's time now, so many days away. */
  at(days: number): Promise<string>;
  /** Moves the space's clock and lets it do what is due. */
  pass(span: string): Promise<void>;
  /** What one more process would do now. */
  tick(): Promise<number>;
  /** A referrer, and a referee who enrolled with its code. */
  pair(): Promise<{ referrer: string; referee: string }>;
  entity<T>(viewer: Viewer, memberId: string, fields: string): Promise<T | null>;
}

/** In the sandbox: its clock can be moved. */
export async function referralsWorld(members: (request: PeerRequest) => unknown = everyone): Promise<ReferralsWorld> {
  const ledger = new Ledger();
  const world = await testRoom(referralsRoom, { doors: { points: ledger.answer, members } });
  // Time passes when a test says so.
  await world.room.clock.stop();
  const space = 'sandbox';
  const staff = inSpace(space, operator);
  const hear = (...events: Heard[]) => world.room.receive(space, events, 'points');
  const entity = async <T>(viewer: Viewer, memberId: string, fields: string): Promise<T | null> => {
    const query = `query ($keys: [_Any!]!) { _entities(representations: $keys) { ... on Member { ${fields} } } }`;
    const [found] = only<(T | null)[]>(
      await world.ask(viewer, query, { keys: [{ __typename: 'Member', id: mbr(memberId) }] }),
    );
    return found!;
  };
  const code = async (memberId: string) =>
    (await entity<{ referralCode: { code: string } }>(staff, memberId, 'referralCode { code }'))!.referralCode.code;
  return {
    ...world,
    ledger,
    space,
    hear,
    entity,
    code,
    async of(refereeId) {
      const rows = await world.query<{ id: string }>(
        'select id from referral where referee_id = $1 order by id',
        [refereeId],
        space,
      );
      const query = 'query ($id: ID!) { referral(id: $id) { id state rejection } }';
      return Promise.all(
        rows.map(async ({ id }) => only<Standing>(await world.ask(staff, query, { id: encodeId('ref', id) }))),
      );
    },
    summary: async (referrerId) =>
      (await entity<{ referralSummary: Record<string, number> }>(
        staff,
        referrerId,
        'referralSummary { attributed qualified rewarded pointsEarned }',
      ))!.referralSummary,
    async at(days) {
      const [row] = await world.query<{ at: string }>(
        'select clock() + make_interval(days => $1) as "at"',
        [days],
        space,
      );
      return row!.at;
    },
    async pass(span) {
      await world.query('update clock_offset set ahead = ahead + $1::interval', [span], space);
      await world.room.clock.drain();
    },
    tick: () =>
      referralsRoom.tick!({
        viewer: roomViewer('referrals', space),
        space: world.room.database.space(space),
        requestId: 'clock',
        ask: async <T>(room: RoomName, query: string, variables: Record<string, unknown>) =>
          (await world.peers[room].execute({ query, variables }, roomViewer('referrals', space), 'clock')).data as T,
        told: () => undefined,
        catchUp: async () => 0,
      }),
    async pair() {
      const [referrer, referee] = [newId(), newId()];
      await hear(enrolled(referrer, null), enrolled(referee, await code(referrer)));
      return { referrer, referee };
    },
  };
}

/** Members that knows everyone, and every partner everyone. */
export function everyone({ query, variables }: PeerRequest): unknown {
  if (query.includes('membersByIds')) return { membersByIds: variables['ids'] };
  if (query.includes('membersKnown')) return { membersKnown: (variables['memberIds'] as string[]).map(() => true) };
  return { memberIdBySubject: null };
}

export const uuidOf = (id: string): string => decodeId('mbr', id)!;
