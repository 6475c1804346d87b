import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Api } from '../../../clients/replay/api.ts';
import { generate } from '../../../clients/replay/generate.ts';
import type { Invoice, Sales } from '../../../clients/replay/invoice.ts';
import { run, type RunResult } from '../../../clients/replay/run.ts';
import { readState, resume, StateFile, statePath } from '../../../clients/replay/state.ts';
import { fakeGateway, type FakeGateway } from './fake-gateway.ts';

const SALES = generate({ members: 12, days: 10, seed: 3 });
const PURCHASES = SALES.invoices.filter((invoice) => invoice.kind === 'PURCHASE').length;
const KEY = 'lyl_test_key';
const TILLS = ['till-1', 'till-2', 'till-3'];

let gateway: FakeGateway;
let folder: string;
beforeEach(async () => {
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  gateway = await fakeGateway();
  folder = await mkdtemp(join(tmpdir(), 'replay-run-'));
});
afterEach(async () => {
  jest.restoreAllMocks();
  await gateway.close();
  await rm(folder, { recursive: true });
});

async function replay(sales: Sales = SALES, patience = 5_000): Promise<RunResult> {
  const { address } = gateway;
  const credentials = {
    address,
    operator: { key: KEY },
    tills: [{ partner: 'northside', location: 'shop', terminals: TILLS, key: KEY }],
  };
  const path = statePath(folder, sales.hash);
  const state = resume(await readState(path), {
    source: 'made up',
    firstRunAt: '2026-05-05T20:00:00.000Z',
    address,
    settings: {
      tills: TILLS.map((terminal) => ({ location: 'shop', terminal })),
      zone: 'Europe/London',
      currency: 'GBP',
      columns: null,
      dateFormat: null,
      encoding: null,
      endDate: null,
    },
  });
  const file = new StateFile(path, state, 0);
  const api = new Api({ address, patience });
  try {
    return await run({ sales, state, file, api, credentials, batch: 4, rate: null });
  } finally {
    await api.close();
  }
}

/** At a price of 2.00, in the order of the numbers. */
const made = (number: string, customer: string | null, quantities: string[]): Invoice => ({
  number,
  kind: number.startsWith('C') ? 'RETURN' : 'PURCHASE',
  customer,
  wall: Date.UTC(2010, 11, 1) + Number(number.replace('C', '')) * 60_000,
  lines: quantities.map((quantity, index) => ({ sku: `S${index}`, name: null, quantity, unitPrice: '2.00' })),
});

const twice = (numbers: string[]) => numbers.filter((number, index) => numbers.indexOf(number) !== index);

describe('a run', () => {
  it('records every invoice once, in order per till, and reconciles', async () => {
    const result = await replay();

    expect(result.reconciliation.differences).toEqual([]);
    expect(result).toMatchObject({ holds: true, nothingChanged: false });
    expect(result.tally).toMatchObject({
      rows: SALES.rows,
      recordedRows: SALES.rows,
      refusedRows: {},
      purchases: PURCHASES,
      returns: SALES.invoices.length - PURCHASES,
      replayed: 0,
    });
    expect(gateway.recorded.toSorted()).toEqual(SALES.invoices.map((invoice) => invoice.number).toSorted());
    expect(result.tally.given - result.tally.takenBack).toBe(result.reconciliation.points);
  });

  it('changes nothing the second time, and says so', async () => {
    await replay();
    const before = [...gateway.recorded];

    const result = await replay();

    expect(gateway.recorded).toEqual(before);
    expect(result).toMatchObject({ holds: true, nothingChanged: true });
    expect(result.tally.replayed).toBe(SALES.invoices.length);
  });

  it.each(['unavailable', 'lost', 'masked', 'busy'] as const)('comes through a server that is %s', async (fault) => {
    gateway.faults = [null, fault, null, fault, fault];

    const result = await replay();

    expect(twice(gateway.recorded)).toEqual([]);
    expect(result.reconciliation.differences).toEqual([]);
    expect(result).toMatchObject({ holds: true, nothingChanged: false });
  });

  it('goes on where it was stopped', async () => {
    gateway.onBatch = () => {
      if (gateway.batches > 6) gateway.faults = ['unavailable'];
    };
    await expect(replay(SALES, 300)).rejects.toThrow('gave no answer for 0 s: HTTP 503');
    const before = gateway.recorded.length;
    gateway.onBatch = () => undefined;
    gateway.faults = [];
    gateway.batches = 0;

    const result = await replay();

    expect(before).toBe(24);
    expect(twice(gateway.recorded)).toEqual([]);
    expect(gateway.batches).toBeLessThan(Math.ceil(SALES.invoices.length / 4));
    expect(result).toMatchObject({ holds: true, nothingChanged: false });
  });

  it('lists each difference when the ledger has been tampered with', async () => {
    await replay();
    const purchase = gateway.shop.purchases.find((each) => each.owner !== null && each.kept.length > 0)!;
    purchase.kept = [];

    const result = await replay();

    expect(result.holds).toBe(false);
    expect(result.reconciliation.differences.map(({ who, what }) => `${who}: ${what}`)).toEqual(
      expect.arrayContaining([
        `purchase ${purchase.id}: kept`,
        `member ${purchase.owner}: balance`,
        `member ${purchase.owner}: points by the entries`,
      ]),
    );
  });

  it('lists an entry that its explanation does not explain, whatever the programme', async () => {
    gateway.programme = gateway.programme.replace('perAmount: { points: 1', 'perItem: { points: 1');
    gateway.explained = (amount) => amount - 1;

    const { reconciliation } = await replay();

    expect(reconciliation.expectedPoints).toBeNull();
    expect(reconciliation.differences.length).toBeGreaterThan(0);
    expect(new Set(reconciliation.differences.map(({ what }) => what))).toEqual(new Set(['amount by its explanation']));
  });

  it('accounts for every row: refused by itself, by the server as a whole, and in part', async () => {
    const result = await replay({
      hash: 'f'.repeat(64),
      rows: 9,
      invoices: [
        made('1', '77', ['2', '1']),
        made('2', null, ['1']),
        made('C3', null, ['1']),
        made('C4', '77', ['3', '1', '1']),
        made('C5', '77', ['1']),
      ],
      refused: [{ row: 9, reason: 'DATE_INVALID' }],
    });

    expect(result.tally).toEqual({
      rows: 9,
      recordedRows: 5,
      partialRows: 1,
      refusedRows: { DATE_INVALID: 1, RETURN_UNMATCHED: 3 },
      purchases: 2,
      returns: 1,
      refusedInvoices: 2,
      replayed: 0,
      given: 6,
      takenBack: 6,
    });
    expect(result.reconciliation.differences).toEqual([]);
    expect(result.holds).toBe(true);
  });

  it('stops all tills at once when the server refuses what one of them asks', async () => {
    gateway.faults = ['unavailable', 'invalid', 'unavailable'];
    const started = Date.now();

    await expect(replay(SALES, 60_000)).rejects.toThrow('BAD_USER_INPUT: x');

    expect(Date.now() - started).toBeLessThan(5_000);
  });

  it('leaves a return refused that came before the sale, when it is run again', async () => {
    const invoices = [made('C1', '77', ['1']), made('2', '77', ['1'])];
    const sales: Sales = { hash: 'd'.repeat(64), rows: 2, invoices, refused: [] };
    await replay(sales);

    const result = await replay(sales);

    expect(gateway.recorded).toEqual(['2']);
    expect(result).toMatchObject({ holds: true, nothingChanged: true });
    expect(result.tally.refusedRows).toEqual({ RETURN_UNMATCHED: 1 });
  });

  it('compares a member who has other purchases purchase by purchase', async () => {
    await replay();
    const customer = SALES.invoices.find((invoice) => invoice.customer !== null)!.customer!;
    const other: Sales = {
      hash: 'e'.repeat(64),
      rows: 1,
      invoices: [
        {
          number: 'X1',
          kind: 'PURCHASE',
          customer,
          wall: 0,
          lines: [{ sku: 'S', name: null, quantity: '1', unitPrice: '600.00' }],
        },
      ],
      refused: [],
    };

    const result = await replay(other);

    expect(result.reconciliation).toMatchObject({ differences: [], shared: 1, points: 600, expectedPoints: 600 });
    expect(result.holds).toBe(true);
  });
});
