// Points that wait: for a day, or for a confirmation that comes, or does not. In a sandbox, whose clock is moved.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { verify } from '../../subgraphs/points/ledger/verify.service.ts';
import { advanceClock, now } from '../../subgraphs/shared/clock.ts';
import type { Space } from '../../subgraphs/shared/database.ts';
import { encodeId, newId } from '../../subgraphs/shared/id.ts';
import type { TestRoom } from '../support/room.ts';
import { inSpace } from '../support/viewer.ts';
import { harbourTill, northTill, openPoints, payload, RECORD, RETURN, sale, takeBack } from './room.ts';

const CONFIRM = `mutation ($input: PurchaseConfirmInput!) { purchaseConfirm(input: $input) {
  purchase { id } entries { kind amount moved } replayed userErrors { code field } } }`;
const WALLET = `query ($members: [_Any!]!) { _entities(representations: $members) { ... on Member {
  wallet(currency: "points") { pending available deficit lots { nodes { state activatesAt expiresAt } } } } } }`;

let folder: string;
let points: TestRoom;
let sandbox: Space;
const till = inSpace('sandbox', northTill);

/** A room under the programme of policies, with another policy of pending points. */
async function open(pending: string): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'loyalty-pending-'));
  const programme = join(folder, 'programme.yaml');
  const text = readFileSync('test/points/policies.yaml', 'utf8');
  writeFileSync(programme, text.replace('      grace:', `      pending: ${pending}\n      grace:`));
  points = await openPoints(programme);
  sandbox = points.room.database.space('sandbox');
}
async function close(): Promise<void> {
  await points.close();
  rmSync(folder, { recursive: true });
}
const intact = async () => expect((await verify(sandbox.source, null)).firstBreak).toBeNull();

const buy = async (member: string, pounds: number) => {
  const occurredAt = await now(sandbox.source);
  const lines = [{ sku: 'thing', unitPrice: String(pounds) }];
  const { purchase } = await payload(
    points.ask(till, RECORD, { input: sale(member, lines, { occurredAt, businessDate: occurredAt.slice(0, 10) }) }),
  );
  return purchase.id as string;
};
const confirm = (purchaseId: string, idempotencyKey: string = newId(), viewer = till) =>
  payload(points.ask(viewer, CONFIRM, { input: { idempotencyKey, purchaseId } }));
const giveBack = async (purchase: string, amount: string) => {
  const occurredAt = await now(sandbox.source);
  return payload(points.ask(till, RETURN, { input: takeBack({ purchase: { id: purchase }, amount, occurredAt }) }));
};
const wallet = async (member: string) => {
  const asked = points.ask({ ...till, kind: 'operator', scopes: ['points:read'] }, WALLET, {
    members: [{ __typename: 'Member', id: encodeId('mbr', member) }],
  });
  type Wallet = { available: number; pending: number; lots: { nodes: object[] } };
  const [found] = (await payload(asked)) as [{ wallet: Wallet }];
  return found.wallet;
};

describe('points that wait for a confirmation', () => {
  beforeAll(() => open('{ confirmation: { days: 14 } }'));
  afterEach(intact);
  afterAll(close);

  test('are pending without an expiry; confirmed, they can be used and begin to expire', async () => {
    const member = newId();
    const purchase = await buy(member, 40);
    expect(await wallet(member)).toMatchObject({
      pending: 40,
      available: 0,
      lots: { nodes: [{ state: 'PENDING', activatesAt: null, expiresAt: null }] },
    });
    await advanceClock(sandbox, 'P10D');
    const at = await now(sandbox.source);

    const { entries, replayed } = await confirm(purchase);

    expect({ entries, replayed }).toEqual({ entries: [{ kind: 'ACTIVATE', amount: 0, moved: 40 }], replayed: false });
    const { available, lots } = await wallet(member);
    const [{ expiresAt }] = lots.nodes as [{ expiresAt: string }];
    expect(available).toBe(40);
    expect(expiresAt.slice(0, 4)).toBe(String(Number(at.slice(0, 4)) + 1));
  });

  test('are confirmed once, whoever asks how often; another partner’s are unknown', async () => {
    const member = newId();
    const purchase = await buy(member, 40);
    const key = newId();

    const foreign = await confirm(purchase, newId(), inSpace('sandbox', harbourTill));
    const answers = await Promise.all(Array.from({ length: 8 }, () => confirm(purchase, key)));
    const other = await confirm(purchase);

    expect(foreign.userErrors).toEqual([{ code: 'PURCHASE_UNKNOWN', field: ['purchaseId'] }]);
    expect(answers.filter(({ replayed }) => replayed)).toHaveLength(7);
    expect(other.userErrors).toMatchObject([{ code: 'ENTRY_NOT_PENDING' }]);
    expect(await wallet(member)).toMatchObject({ pending: 0, available: 40 });
  });

  test('and never get it are cancelled: seen at once, written down with the next posting, nothing left to return', async () => {
    const member = newId();
    const purchase = await buy(member, 40);
    await advanceClock(sandbox, 'P15D');

    expect(await wallet(member)).toMatchObject({ pending: 0, available: 0, lots: { nodes: [] } });
    expect((await confirm(purchase)).userErrors).toMatchObject([{ code: 'ENTRY_NOT_PENDING' }]);
    const { userErrors, entries } = await giveBack(purchase, '40');

    expect({ userErrors, entries }).toEqual({ userErrors: [], entries: [] });
    const kinds = await points.query('select kind, amount from entry where member_id = $1 order by seq', [member], 'sandbox'); // prettier-ignore
    expect(kinds).toEqual([
      { kind: 'EARN', amount: 40 },
      { kind: 'REVERSE', amount: -40 },
    ]);
  });

  test('and are returned before it are taken from what waits', async () => {
    const member = newId();
    const purchase = await buy(member, 40);

    const { entries } = await giveBack(purchase, '15');
    await confirm(purchase);

    expect(entries).toMatchObject([{ kind: 'REVERSE', amount: -15 }]);
    expect(await wallet(member)).toMatchObject({ pending: 0, available: 25, deficit: 0 });
  });
});

describe('points that wait some days', () => {
  beforeAll(() => open('{ days: 10 }'));
  afterEach(intact);
  afterAll(close);

  test('can be used from then on, and expire a year after that', async () => {
    const member = newId();
    await buy(member, 40);
    const [{ activatesAt, expiresAt }] = (await wallet(member)).lots.nodes as [Record<string, string>];
    await advanceClock(sandbox, 'P9D');
    expect(await wallet(member)).toMatchObject({ pending: 40, available: 0 });

    await advanceClock(sandbox, 'P2D');

    expect(await wallet(member)).toMatchObject({ pending: 0, available: 40 });
    const days = (Date.parse(expiresAt!) - Date.parse(activatesAt!)) / 86_400_000;
    expect(days).toBeGreaterThan(364);
    expect(days).toBeLessThan(367);
  });
});
