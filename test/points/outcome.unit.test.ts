import { expect, test } from '@jest/globals';
import { storedAnswer } from '../../subgraphs/points/purchase/outcome.rules.ts';

test('an answer that was stored before there were redemptions says that there were none', () => {
  const stored = { memberId: 'm', purchaseId: null, parts: [{ id: 'a', purchaseId: 'p' }], lines: [] };

  expect(storedAnswer(stored)).toEqual({
    ...stored,
    holds: [],
    steps: [],
    parts: [{ id: 'a', purchaseId: 'p', restores: [] }],
  });
});
