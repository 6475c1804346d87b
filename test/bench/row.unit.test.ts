import { describe, expect, test } from '@jest/globals';
import { median, ratio, throughput } from '../../bench/row.ts';

const measured = (value: number) => ({ value, count: 1 });

describe('median', () => {
  test('of five is the middle one, in whatever order they come', () => {
    expect(median([5, 100, 1, 4, 2])).toBe(4);
  });

  test('sorts numbers as numbers', () => {
    expect(median([10, 9, 100])).toBe(10);
  });

  test('leaves the list as it was', () => {
    const values = [3, 1, 2];

    median(values);

    expect(values).toEqual([3, 1, 2]);
  });
});

describe('ratio', () => {
  test('is the median of the ratios within pairs, not the ratio of medians', () => {
    // The machine slows down between the pairs: each is compared with its own minute.
    const pairs = [
      { own: measured(50), other: measured(100) },
      { own: measured(5), other: measured(10) },
      { own: measured(1), other: measured(4) },
    ];

    expect(ratio(pairs)).toBe(0.5);
  });
});

describe('throughput', () => {
  test('counts exactly what the calls return, however they overlap', async () => {
    let returned = 0;
    const { count } = await throughput(16, 0.05, async (client) => {
      await new Promise((done) => setTimeout(done, client % 3));
      returned += client;
      return client;
    });

    expect(count).toBe(returned);
    expect(count).toBeGreaterThan(0);
  });

  test('keeps as many calls under way as there are clients, each its own', async () => {
    const underWay = new Set<number>();
    let most = 0;
    await throughput(8, 0.02, async (client) => {
      expect(underWay.has(client)).toBe(false);
      underWay.add(client);
      most = Math.max(most, underWay.size);
      await new Promise((done) => setTimeout(done, 1));
      underWay.delete(client);
      return 1;
    });

    expect(most).toBe(8);
  });

  test('waits for what is under way when the time is over, and counts it', async () => {
    let ended = 0;
    const { count } = await throughput(2, 0.001, async () => {
      await new Promise((done) => setTimeout(done, 30));
      ended += 1;
      return 10;
    });

    expect({ ended, count }).toEqual({ ended: 2, count: 20 });
  });

  test('fails with the first call that fails', async () => {
    await expect(throughput(2, 0.05, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  });
});
