// What other rooms and operators ask of a wallet, and what is looked at afterwards.
import { encodeId, newId } from '../../../subgraphs/shared/id.ts';
import type { TestRoom } from '../../support/room.ts';
import { operator, roomViewer } from '../../support/viewer.ts';
import { payload } from '../room.ts';

const otherRoom = roomViewer('members', 'live');

const ENTRY = 'entry { id kind amount runningBalance reverses { id } }';
const HOLD = 'holdId state wallets { available held deficit } userErrors { code field }';

export const ADJUST = `mutation ($input: PointsAdjustInput!) { pointsAdjust(input: $input) {
  ${ENTRY} member { id wallets { available deficit } } replayed userErrors { code field } } }`;
const EARN = `mutation ($input: PointsEarnInput!) { pointsEarn(input: $input) { ${ENTRY} userErrors { code field } } }`;
const REVERSE = `mutation ($input: PointsReverseInput!) { pointsReverse(input: $input) { ${ENTRY} userErrors { code field } } }`;
const TAKE = `mutation ($input: PointsHoldInput!) { pointsHold(input: $input) { ${HOLD} } }`;
const CAPTURE = `mutation ($input: PointsHoldEndInput!) { pointsCapture(input: $input) { ${HOLD} } }`;
const RELEASE = `mutation ($input: PointsHoldEndInput!) { pointsRelease(input: $input) { ${HOLD} } }`;

/** The operations on wallets of one room; a key is a new one unless it is given. */
export function operations(points: TestRoom) {
  const adjust = (memberId: string, amount: number, over: object = {}) =>
    payload(
      points.ask(operator, ADJUST, {
        input: {
          idempotencyKey: newId(),
          memberId: encodeId('mbr', memberId),
          currency: 'points',
          amount,
          reason: 'a test',
          ...over,
        },
      }),
    );
  const earn = (memberId: string, amount: number, over: object = {}) =>
    payload(
      points.ask(otherRoom, EARN, {
        input: {
          idempotencyKey: newId(),
          memberId: encodeId('mbr', memberId),
          currency: 'points',
          amount,
          reason: 'a test',
          ...over,
        },
      }),
    );
  const reverse = (entryId: string, idempotencyKey: string = newId()) =>
    payload(points.ask(otherRoom, REVERSE, { input: { idempotencyKey, entryId } }));
  const hold = (memberId: string, amount: number, idempotencyKey: string = newId()) =>
    payload(
      points.ask(otherRoom, TAKE, {
        input: { idempotencyKey, memberId: encodeId('mbr', memberId), currency: 'points', amount },
      }),
    );
  const capture = (redemptionId: string, amount: number | null = null) =>
    payload(points.ask(otherRoom, CAPTURE, { input: { redemptionId, amount } }));
  const release = (redemptionId: string, amount: number | null = null) =>
    payload(points.ask(otherRoom, RELEASE, { input: { redemptionId, amount } }));
  /** A member with points in a lot of their own each. */
  async function memberWith(...amounts: number[]): Promise<string> {
    const member = newId();
    for (const amount of amounts) await adjust(member, amount);
    return member;
  }
  const entries = (member: string) =>
    points.query<{ kind: string; amount: number }>('select kind, amount from entry where member_id = $1 order by seq', [
      member,
    ]);
  const wallet = async (member: string) => {
    const [row] = await points.query<Record<'pending' | 'available' | 'held' | 'deficit', number>>(
      'select pending, available, held, deficit from wallet where member_id = $1',
      [member],
    );
    return row ?? null;
  };
  return { adjust, earn, reverse, hold, capture, release, memberWith, entries, wallet };
}

export const codes = ({ userErrors }: { userErrors: { code: string }[] }): string[] =>
  userErrors.map(({ code }) => code);

/** How often each thing was answered. */
export const tally = (answers: string[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(answers, (answer) => answer)].map(([answer, all]) => [answer, all.length]));
