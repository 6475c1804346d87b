import { describe, expect, test } from '@jest/globals';
import { codeKey, derivedCodes, readChosenCode } from '../../subgraphs/referrals/code/code.rules.ts';
import { rejections, retrySeconds } from '../../subgraphs/referrals/referral/referral.rules.ts';

describe('a code', () => {
  test('is made of the end of the member’s id, and a letter longer each time it is taken', () => {
    const codes = derivedCodes('0192a4b0-0000-7000-8000-00000000ffff');

    expect(codes).toEqual(['ZZZ10000', 'ZZZ100000', 'ZZZ1000000', 'ZZZ10000000', 'ZZZ100000000']);
  });

  test.each([
    ['julia-7', ['JULIA7', 'JULIA-7', ' julia 7 ', 'JUL1A7', 'JUIIA_7']],
    ['7KQ2M0XC', ['7kq2moxc', '7KQ2-M0XC']],
  ])('%s reads like its look-alikes', (code, alike) => {
    expect(new Set([code, ...alike].map(codeKey)).size).toBe(1);
  });

  test.each([
    ['julia-7', 'JULIA-7'],
    ['  ANNA ', 'ANNA'],
    ['A'.repeat(20), 'A'.repeat(20)],
    ['abc', null],
    ['A--B', null],
    ['-ANNA', null],
    ['ANNA-', null],
    ['A'.repeat(21), null],
    ['ŻANETA', null],
    ['anna bella', null],
    ['anna@example.com', null],
    ['', null],
  ])('%j is chosen as %j', (text, code) => {
    expect(readChosenCode(text)).toBe(code);
  });
});

describe('whether a code brings its user', () => {
  const claim = (refereeId: string, ownerId: string | null, existing = false) => ({ refereeId, ownerId, existing });
  const none = new Map<string, string>();

  test.each([
    ['someone’s', claim('anna', 'ben'), none, null],
    ['nobody’s', claim('anna', null), none, 'UNKNOWN_CODE'],
    ['her own', claim('anna', 'anna'), none, 'OWN_CODE'],
    ['a second one', claim('anna', 'carl'), new Map([['anna', 'ben']]), 'SECOND_CODE'],
    ['someone’s, of a member already', claim('anna', 'ben', true), none, 'EXISTING_MEMBER'],
    ['a second one, of a member already', claim('anna', 'carl', true), new Map([['anna', 'ben']]), 'SECOND_CODE'],
    ['her own, of a member already', claim('anna', 'anna', true), none, 'OWN_CODE'],
    ['that of whom she brought', claim('anna', 'ben'), new Map([['ben', 'anna']]), 'CYCLE'],
    [
      'that of whom they brought',
      claim('anna', 'carl'),
      new Map([
        ['carl', 'ben'],
        ['ben', 'anna'],
      ]),
      'CYCLE',
    ],
    [
      'that of a sibling',
      claim('anna', 'carl'),
      new Map([
        ['carl', 'ben'],
        ['dora', 'ben'],
      ]),
      null,
    ],
  ])('%s', (_, one, known, reason) => {
    expect(rejections([one], known)).toEqual([reason]);
  });

  test('what was accepted counts for those after it', () => {
    const claims = [claim('anna', 'ben'), claim('anna', 'carl'), claim('ben', 'anna'), claim('carl', null)];

    expect(rejections(claims, none)).toEqual([null, 'SECOND_CODE', 'CYCLE', 'UNKNOWN_CODE']);
  });
});

test('points is asked again after 2 s, then half as often each time, at the latest after an hour', () => {
  expect([1, 2, 3, 11, 12, 13, 1000].map(retrySeconds)).toEqual([2, 4, 8, 2048, 3600, 3600, 3600]);
});
