import { expect, test } from '@jest/globals';
import { sealText } from '../../../subgraphs/points/ledger/seal.rules.ts';

test('the text that is signed holds everything that a seal says, in its order', () => {
  expect(
    sealText({
      space: 'live',
      day: '2026-11-21',
      root: 'aa',
      walletCount: 2,
      entryCount: 3,
      sealedAt: '2026-11-22T00:00:01.000000Z',
      history: 'bb',
      keyId: 'cc',
    }),
  ).toBe('["seal-v1","live","2026-11-21","aa",2,3,"2026-11-22T00:00:01.000000Z","bb","cc"]');
});
