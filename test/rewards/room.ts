// The rewards room with the other rooms played by stubs. Points is a small ledger: it holds once per redemption, captures,
// releases and reverses, refuses, dies before or after it has done what was asked, and answers late.
import { rewardsRoom } from '../../subgraphs/rewards/main.ts';
import type { GraphResult } from '../../subgraphs/shared/execution.ts';
import { decodeId, encodeId, newId, type IdPrefix } from '../../subgraphs/shared/id.ts';
import type { Viewer } from '../../subgraphs/shared/viewer.ts';
import type { Event } from '../../schema/events.ts';
import { testRoom, type TestRoom } from '../support/room.ts';
import { member, operator, partner, till } from '../support/viewer.ts';

export const NORTH = newId();
export const HARBOUR = newId();
export const MEADOW = newId();
const NAMES: [string, string, string][] = [
  [NORTH, 'northside', 'Northside Gifts'],
  [HARBOUR, 'harbour', 'Harbour Coffee'],
  [MEADOW, 'meadow', 'Meadow Books'],
];

export const TILL_SCOPES = ['members:read', 'points:read', 'rewards:read', 'rewards:write'] as const;
export const harbourTill = till(HARBOUR, [...TILL_SCOPES]);
export const northTill = till(NORTH, [...TILL_SCOPES]);
export const northDesk = partner(NORTH, [...TILL_SCOPES, 'rewards:manage']);

export interface Hold {
  memberId: string;
  amount: number;
  state: 'HELD' | 'CAPTURED' | 'RELEASED';
}

type Input = { idempotencyKey: string; redemptionId: string; memberId: string; amount: number; entryId: string };

/** `deaf`: it dies before it does anything; `dumb`: it does it, and its answer is lost. */
export type Mood = 'well' | 'deaf' | 'dumb';

export class PointsStub {
  balances = new Map<string, number>();
  tiers = new Map<string, string>();
  holds = new Map<string, Hold>();
  reversed = new Set<string>();
  recorded = new Set<string>();
  mood: Record<string, Mood> = {};
  /** Runs before an operation answers; for answers that come late. */
  before: (operation: string) => Promise<void> = async () => undefined;

  available(memberId: string): number {
    const bound = [...this.holds].filter(([id, hold]) => hold.memberId === memberId && !this.reversed.has(id));
    const taken = bound
      .filter(([, { state }]) => state !== 'RELEASED')
      .reduce((sum, [, { amount }]) => sum + amount, 0);
    return (this.balances.get(memberId) ?? 0) - taken;
  }

  #end(id: string, state: 'CAPTURED' | 'RELEASED') {
    const hold = this.holds.get(id);
    if (hold === undefined) {
      if (state === 'CAPTURED') return this.#refusal('HOLD_NOT_OPEN');
      this.holds.set(id, { memberId: '', amount: 0, state });
    } else if (hold.state === 'HELD') hold.state = state;
    return this.#answer(id);
  }

  #refusal(code: string) {
    return { state: null, capture: null, wallets: [], userErrors: [{ code, message: code }] };
  }

  #answer(id: string) {
    const { memberId, state } = this.holds.get(id)!;
    const wallets =
      memberId === '' ? [] : [{ currency: { code: 'points' }, available: this.available(memberId), held: 0 }];
    return { state, capture: state === 'CAPTURED' ? { id } : null, wallets, userErrors: [] };
  }

  #hold({ idempotencyKey, memberId, amount }: Input) {
    const known = this.holds.get(idempotencyKey);
    if (known?.memberId === '') return this.#refusal('HOLD_NOT_OPEN');
    if (known !== undefined) return this.#answer(idempotencyKey);
    if (this.available(memberId) < amount) return this.#refusal('INSUFFICIENT_POINTS');
    this.holds.set(idempotencyKey, { memberId, amount, state: 'HELD' });
    return this.#answer(idempotencyKey);
  }

  #reverse({ entryId }: Input) {
    this.reversed.add(entryId);
    return { userErrors: [] };
  }

  answer = async ({ query, variables }: { query: string; variables: Record<string, unknown> }): Promise<unknown> => {
    const operation = /points\w+|purchase\w+/.exec(query.slice(query.indexOf('{')))![0];
    await this.before(operation);
    const mood = this.mood[operation] ?? 'well';
    if (mood === 'deaf') throw new Error('points is away');
    const input = variables['input'] as Input;
    const done = this.#do(operation, input, variables);
    if (mood === 'dumb') throw new Error('the answer of points is lost');
    return { [operation]: done };
  };

  #do(operation: string, input: Input, variables: Record<string, unknown>): unknown {
    switch (operation) {
      case 'pointsHold':
        return this.#hold(input);
      case 'pointsCapture':
        return this.#end(input.redemptionId, 'CAPTURED');
      case 'pointsRelease':
        return this.#end(input.redemptionId, 'RELEASED');
      case 'pointsReverse':
        return this.#reverse(input);
      case 'pointsStandings':
        return (variables['memberIds'] as string[]).map((memberId) => ({
          memberId,
          tierCode: this.tiers.get(memberId) ?? 'member',
          balances: [{ currency: 'points', available: this.available(memberId) }],
        }));
      case 'purchaseOutcomes':
        return (variables['purchaseIds'] as string[]).map((id) => this.recorded.has(id));
      default:
        throw new Error(`points knows no ${operation}`);
    }
  }
}

export interface RewardsWorld extends TestRoom {
  points: PointsStub;
  /** Members that the partners do not know. */
  strangers: Set<string>;
  /** A new member with so many points; its id as clients write it. */
  someone(points?: number, tier?: string): string;
  rewardId(code: string): Promise<string>;
  stock(code: string): Promise<number | null>;
  /** An operator puts a reward into the catalogue. */
  offer(fields: Record<string, unknown>): Promise<string>;
  hear(event: Omit<Event, 'id'>): Promise<void>;
  /** All that was due is due: the clocks of all redemptions and reservations have run out, and are settled. */
  later(): Promise<void>;
}

// oxlint-disable-next-line typescript/no-explicit-any -- answers are read field by field
export function only({ data, errors }: GraphResult): any {
  if (errors !== undefined || data == null) throw new Error(JSON.stringify(errors));
  return Object.values(data)[0];
}

let counter = 0;
export const key = (): string => `key-${(counter += 1)}`;

export async function rewardsWorld(): Promise<RewardsWorld> {
  const points = new PointsStub();
  const strangers = new Set<string>();
  const world = await testRoom(rewardsRoom, {
    doors: {
      points: points.answer,
      members: ({ variables }) => ({
        membersKnown: (variables['memberIds'] as string[]).map((id) => !strangers.has(id)),
      }),
      partners: ({ variables }) => ({ locationsByCode: (variables['codes'] as string[]).map(() => null) }),
    },
  });
  // Its turns are the test's, by `later`.
  await world.room.clock.stop();
  const hear = (event: Omit<Event, 'id'>) => world.room.receive('live', [{ ...event, id: newId() } as Event], 'points');
  for (const [partnerId, code, name] of NAMES) {
    await hear({ name: 'partner.changed', aggregate: partnerId, sequence: 1, payload: { partnerId, code, name } });
    const locationId = newId();
    const payload = {
      locationId,
      code: `${code}-shop`,
      partnerId,
      partnerCode: code,
      channelId: newId(),
      channelCode: `${code}-shops`,
    };
    await hear({ name: 'location.changed', aggregate: locationId, sequence: 1, payload });
  }
  const row = async (code: string) =>
    (
      await world.query<{ id: string; stock: number | null }>('select id, stock from reward where code = $1', [code])
    )[0]!;
  return {
    ...world,
    points,
    strangers,
    someone(balance = 0, tier = 'member') {
      const id = encodeId('mbr', newId());
      points.balances.set(id, balance);
      points.tiers.set(id, tier);
      return id;
    },
    rewardId: async (code) => encodeId('rwd', (await row(code)).id),
    stock: async (code) => (await row(code)).stock,
    async offer(fields) {
      const code = `r-${key()}`;
      const input = {
        idempotencyKey: key(),
        code,
        kind: 'FREE_PRODUCT',
        name: { en: code },
        price: { currency: 'points', points: 100 },
        ...fields,
      };
      const { userErrors } = only(await world.ask(operator, CREATE, { input }));
      if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors));
      return input.code;
    },
    hear,
    async later() {
      await world.query(`update redemption set wake_at = clock() where wake_at is not null`);
      await world.query(`update voucher set presented_at = presented_at - interval '1 hour' where state = 'PRESENTED'`);
      await world.room.clock.drain();
    },
  };
}

export const self = (memberId: string): Viewer => member(uuidOf('mbr', memberId));
export const uuidOf = (prefix: IdPrefix, id: string): string => decodeId(prefix, id)!;

export const CREATE = `mutation ($input: RewardCreateInput!) { rewardCreate(input: $input) {
  reward { id code } replayed userErrors { code field message } } }`;
const REDEMPTION = `redemption { id state holdExpiresAt pointsHeld { currency { code } amount } pointsSpent { currency { code } amount }
  vouchers { id code state expiresAt } reward { code } } replayed userErrors { code field message }`;
export const REDEEM = `mutation ($input: RewardRedeemInput!) { rewardRedeem(input: $input) {
  ${REDEMPTION} member { id wallets { currency { code } available held } } } }`;
export const HOLD = `mutation ($input: RedemptionHoldInput!) { redemptionHold(input: $input) { ${REDEMPTION} } }`;
export const CAPTURE = `mutation ($input: RedemptionCaptureInput!) { redemptionCapture(input: $input) { ${REDEMPTION} } }`;
export const RELEASE = `mutation ($input: RedemptionReleaseInput!) { redemptionRelease(input: $input) { ${REDEMPTION} } }`;
export const REFUND = `mutation ($input: RedemptionRefundInput!) { redemptionRefund(input: $input) { ${REDEMPTION} } }`;
export const USE = `mutation ($input: VoucherUseInput!) { voucherUse(input: $input) {
  voucher { code state usedAt remaining { amount currencyCode } } replayed userErrors { code field } } }`;
export const PRESENT = `mutation ($input: VouchersPresentInput!) { vouchersPresent(input: $input) {
  vouchers { code state } userErrors { code message field } } }`;
