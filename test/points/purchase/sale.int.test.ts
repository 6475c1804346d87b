// What one sale's transaction must not do to another's, and what items of one batch must not do to each other.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../../../subgraphs/shared/id.ts';
import { ago, DOCUMENT, given, of, openCampaigns, type Answer } from '../campaigns.ts';
import { checkLedger, sale, takeBack } from '../room.ts';

let world: Awaited<ReturnType<typeof openCampaigns>>;
beforeAll(async () => void (world = await openCampaigns()));
afterEach(() => checkLedger(world.points));
afterAll(() => world.points.close());

const used = async (account: string) =>
  (await world.points.query<{ points: number }>('select points from budget where account = $1', [account]))[0]!.points;

/** Does something while another transaction has a budget. */
async function besides<T>(account: string, work: () => Promise<T>): Promise<T> {
  const other = world.points.room.database.space('live').source.createQueryRunner();
  await other.startTransaction();
  await other.query('select 1 from budget where account = $1 for update', [account]);
  try {
    return await work();
  } finally {
    await other.rollbackTransaction();
    await other.release();
  }
}

describe('a budget that is spent', () => {
  const buy = () => world.record(newId(), [of('thrift', '1')]);

  test('is waited for by nobody, and what comes back is there for the next', async () => {
    const bought: Answer[] = [await buy(), await buy(), await buy()];
    const answers = await besides('thrift', async (): Promise<Answer[]> => [await buy(), await buy()]);

    expect([...bought, ...answers].map((answer) => given(answer))).toEqual([21, 21, 11, 1, 1]);

    await world.giveBack({ purchase: { id: bought[2]!.purchase.id }, whole: true });

    expect([given(await buy()), given(await buy())]).toEqual([11, 1]);
  });

  test('gives what another version adds to it', async () => {
    await world.apply(DOCUMENT.replace("budget: { money: '0.50' }", "budget: { money: '0.60' }"));

    expect([given(await buy()), given(await buy())]).toEqual([11, 1]);
  });
});

describe('a budget of what levels give', () => {
  test('is waited for by nobody who reaches none, by a purchase or an event', async () => {
    await world.record(newId(), [{ sku: 'sofa', unitPrice: '1200' }]);
    const [bought, said] = await besides('newcomers', async () => [
      await world.record(newId(), [{ sku: 'book', unitPrice: '12' }]),
      await world.hello(newId()),
    ]);

    expect([given(bought), given(said)]).toEqual([12, 3]);
  });

  test('pays those who reach one in a batch, each once', async () => {
    const before = await used('newcomers');
    const items = [newId(), newId()].map((member, n) => ({
      purchase: sale(member, [{ sku: 'sofa', unitPrice: String(1200 - 800 * n) }], ago(0)),
    }));

    const { summary } = await world.batch(items);

    expect(summary).toEqual({ recorded: 2, replayed: 0, refused: 0, points: 1200 + 400 });
    expect(await used('newcomers')).toBe(before + 10);
  });
});

describe('in one batch', () => {
  test('what comes back makes room for another visit, as it does one by one', async () => {
    const played = async (together: boolean): Promise<number[]> => {
      const member = newId();
      const buy = () => sale(member, [of('visit', '1')], ago(0));
      const first = buy();
      const { receiptNumber, businessDate } = first as { receiptNumber: string; businessDate: string };
      const back = takeBack({ ...ago(0), purchase: { location: 'north', receiptNumber, businessDate }, whole: true });
      const items = [{ purchase: first }, { return: back }, { purchase: buy() }, { purchase: buy() }];
      const answers = together
        ? [await world.batch(items)]
        : await items.reduce<Promise<object[]>>(
            async (done, item) => [...(await done), await world.batch([item])],
            Promise.resolve([]),
          );
      return answers.flatMap(({ results }) =>
        results.map(({ entries }: { entries: { amount: number }[] }) =>
          entries.map(({ amount }) => amount).toSorted((a, b) => a - b),
        ),
      );
    };

    const together = await played(true);

    expect(together).toEqual([
      [1, 3],
      [-3, -1],
      [1, 3],
      [1, 1],
    ]);
    expect(together).toEqual(await played(false));
  });

  test('a key that is sent twice, with different content, takes of a budget once', async () => {
    const member = newId();
    const first = sale(member, [of('launch', '1')], ago(0));
    const other = { ...sale(member, [of('thrift', '1')], ago(0)), idempotencyKey: first.idempotencyKey };

    const thrift = await used('thrift');

    const { results } = await world.batch([{ purchase: first }, { purchase: other }, { purchase: first }]);

    expect(results).toMatchObject([
      { state: 'RECORDED' },
      { state: 'REFUSED', userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }] },
      { state: 'REPLAYED' },
    ]);
    expect(await used('launch')).toBe(1);
    expect(await used('thrift')).toBe(thrift);
  });
});
