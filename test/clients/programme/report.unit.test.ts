import { expect, test } from '@jest/globals';
import { appliedLine, faultLine, planLines } from '../../../clients/programme/report.ts';

const refusal = (message: string) => ({ code: 'PROGRAMME_INVALID', field: ['document'], message });

test('a fault is told as editors read places, on one line that no terminal obeys', () => {
  expect(faultLine('a.yaml', refusal('line 3, column 14: points.tiers: two\nlines \u001b[2J'))).toBe(
    'a.yaml:3:14: points.tiers: two\\u{a}lines \\u{1b}[2J',
  );
  expect(faultLine('a.yaml', refusal(`line 3, column 14: ${'x'.repeat(300)}`))).toBe(
    `a.yaml:3:14: ${'x'.repeat(199)}…`,
  );
  expect(faultLine('a.yaml', refusal('rewards does not answer'))).toBe('PROGRAMME_INVALID: rewards does not answer');
});

test('a plan tells what comes, goes and changes, and who moves', () => {
  const changes = [
    { path: 'a', before: null, after: '1' },
    { path: 'b', before: '1', after: null },
    { path: 'c', before: '1', after: '2' },
  ];
  const tierMoves = [{ from: { code: 'gold' }, to: { code: 'member' }, members: 2 }];

  expect(planLines({ version: '4', changes, tierMoves, userErrors: [] })).toEqual([
    'It would become version 4:',
    '+ a: 1',
    '- b: 1',
    '~ c: 1 → 2',
    'Members who change tier:',
    '  2 from gold to member',
  ]);
  expect(planLines({ version: '4', changes: [], tierMoves: [], userErrors: [] })).toEqual([
    'Nothing changes.',
    'No member changes tier.',
  ]);
});

test.each([
  [{ state: 'IN_FORCE' }, 'Version 3 is in force.'],
  [{ state: 'IN_FORCE', rollbackOf: '1' }, 'Version 3, with the document of 1, is in force.'],
  [{ state: 'SCHEDULED', effectiveAt: '2027-01-01T00:00:00Z' }, 'Version 3 takes effect at 2027-01-01T00:00:00Z.'],
  [
    { state: 'PENDING', awaits: ['rewards', 'members'] },
    'Version 3 waits for rewards, members, and is in force when they have taken it.',
  ],
])('a version says where it stands: %j', (over, line) => {
  const programme = { version: '3', awaits: [], effectiveAt: null, rollbackOf: null, ...over };

  expect(appliedLine(programme)).toBe(line);
});
