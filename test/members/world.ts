// A members room with two partners, and short ways to enrol and to ask.
import { randomUUID } from 'node:crypto';
import { membersRoom } from '../../subgraphs/members/main.ts';
import type { GraphResult } from '../../subgraphs/shared/execution.ts';
import { decodeId, encodeId } from '../../subgraphs/shared/id.ts';
import type { Viewer } from '../../subgraphs/shared/viewer.ts';
import { testRoom, type TestRoom } from '../support/room.ts';
import { operator } from '../support/viewer.ts';

export const NORTHSIDE = randomUUID();
export const HARBOUR = randomUUID();

const TABLES = ['member', 'identifier', 'profile', 'acquaintance', 'consent_decision', 'status_change', 'request'];

export const partnerId = (uuid: string): string => encodeId('ptn', uuid);
export const uuidOf = (memberId: string): string => decodeId('mbr', memberId)!;
export const newEmail = (): string => `${randomUUID()}@example.com`;

const ENROLL = `mutation ($input: MemberEnrollInput!) { memberEnroll(input: $input) {
  member { id status cardNumber } existing replayed userErrors { code field retryable }
} }`;

export interface Enrolled {
  member: { id: string; status: string; cardNumber: string | null } | null;
  existing: boolean;
  replayed: boolean;
  userErrors: { code: string; field: string[] | null; retryable: boolean }[];
}

/** The one field of an answer without errors. */
export function only<T>({ data, errors }: GraphResult): T {
  if (errors !== undefined || data == null) throw new Error(JSON.stringify(errors));
  return Object.values(data)[0] as T;
}

export interface MembersWorld extends TestRoom {
  enroll(viewer: Viewer, input: object): Promise<Enrolled>;
  /** Enrols by an e-mail of its own, as an operator does; the new member's id. */
  enrolled(input?: object): Promise<string>;
  count(table: string): Promise<number>;
  /** Rows of every table that a write touches, and facts that were told. */
  counts(): Promise<Record<string, number>>;
  /** What points was told of a member, oldest first. */
  told(memberId: string): Promise<Record<string, unknown>[]>;
  /** What referrals was told of a member's enrolment. */
  toldReferrals(memberId: string): Promise<Record<string, unknown>[]>;
}

export async function membersWorld(): Promise<MembersWorld> {
  const world = await testRoom(membersRoom, {
    doors: { partners: ({ variables }) => ({ partnersByIds: (variables['ids'] as string[]).map(() => null) }) },
  });
  await world.room.receive(
    'live',
    [NORTHSIDE, HARBOUR].map((id, index) => ({
      id: randomUUID(),
      name: 'partner.changed',
      aggregate: id,
      sequence: 1,
      payload: { partnerId: id, code: `brand-${index}`, name: `Brand ${index}` },
    })),
    'partners',
  );
  const told = async (hearer: 'points' | 'referrals', memberId: string) => {
    await world.room.relay.drain();
    return (
      world.peers[hearer].heard
        .map(({ event }) => event)
        // Points is told of enrolments too, as referrals is.
        .filter(
          ({ name, aggregate }) =>
            aggregate === uuidOf(memberId) && (hearer === 'points') === (name === 'member.changed'),
        )
        .map(({ sequence, payload }) => ({ sequence, ...payload }))
    );
  };
  const enroll = async (viewer: Viewer, input: object) => only<Enrolled>(await world.ask(viewer, ENROLL, { input }));
  const count = async (table: string) => {
    const [row] = await world.query<{ count: number }>(`select count(*) from ${table}`);
    return row!.count;
  };
  return {
    ...world,
    enroll,
    count,
    async counts() {
      await world.room.relay.drain();
      const rows = await Promise.all(TABLES.map(async (table) => [table, await count(table)] as const));
      const events = world.peers.points.heard.length + world.peers.referrals.heard.length;
      return { ...Object.fromEntries(rows), told: events };
    },
    async enrolled(input = {}) {
      const { member } = await enroll(operator, { identifiers: [{ kind: 'EMAIL', value: newEmail() }], ...input });
      return member!.id;
    },
    told: (memberId) => told('points', memberId),
    toldReferrals: (memberId) => told('referrals', memberId),
  };
}
