import { expect, test } from '@jest/globals';
import { header, isCarried, isSeal, isTable } from '../../../subgraphs/points/ledger/export.rules.ts';

test('the tables of a ledger are known by name, and nothing else is', () => {
  expect(['entry', 'seal', 'purchase', 'toString'].map(isTable)).toEqual([true, true, false, false]);
});

test('seals are told from what they cover', () => {
  expect(['seal', 'sealed_head', 'seal_block', 'entry'].map(isSeal)).toEqual([true, true, true, false]);
});

test('all is carried but ids of transactions', () => {
  expect(['id', 'xid'].map(isCarried)).toEqual([true, false]);
});

test('a header says what follows, in a form that is known', () => {
  const one = {
    format: 'loyalty-ledger',
    version: 1,
    space: 'live',
    takenAt: '2026-11-21T00:00:00.000000Z',
    tables: { entry: { columns: ['id', 'kind'], rows: 2 }, hold: { columns: ['id'], rows: 0 } },
  };
  const others = [
    { ...one, format: 'ledger' },
    { ...one, version: 2 },
    { ...one, more: true },
    { ...one, tables: { entry: {} } },
    { ...one, tables: { entry: { columns: [], rows: 2 } } },
    { ...one, tables: { entry: { columns: ['id'], rows: -1 } } },
  ];

  expect(header.parse(one)).toEqual(one);
  expect(others.map((other) => header.safeParse(other).success)).toEqual(others.map(() => false));
});
