// A room is told what is wrong with a document all at once, also where a part is broken.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { partnersProgramme } from '../../subgraphs/partners/programme.ts';
import { referralsProgramme } from '../../subgraphs/referrals/programme.ts';
import { rewardsProgramme } from '../../subgraphs/rewards/programme.ts';
import { DocumentRefused, readDocument } from '../../subgraphs/shared/document.ts';
import { takeFile, type RoomProgramme } from '../../subgraphs/shared/programme.ts';

const POINTS = `points:
  currencies: [{ code: points }]
  tiers: { levels: [{ code: member }] }
`;

/** Where something is wrong. */
function placesOf({ sections }: RoomProgramme, text: string): string[] {
  try {
    readDocument(text, sections);
  } catch (error) {
    if (error instanceof DocumentRefused) return error.faults.map((fault) => fault.split(': ')[1]!).toSorted();
    throw error;
  }
  return [];
}

const reward = (own: string) => `  - { kind: SERVICE, name: { en: Cup }, ${own} }\n`;
const cup = reward('code: cup, price: { currency: stars, points: 1 }, tiers: [gold]');
const rewards = `rewards:\n${reward('code: 5')}${cup}${cup}`;

test('rewards that are well formed are compared though others are not', () => {
  expect(placesOf(rewardsProgramme, `${POINTS}${rewards}`)).toEqual([
    'rewards.0.code',
    'rewards.0.price',
    'rewards.1.price.currency',
    'rewards.2.code',
    'rewards.2.price.currency',
  ]);
});

test('names are not looked for in a section that is broken', () => {
  expect(placesOf(rewardsProgramme, `${POINTS.replace('{ code: points }', '{}')}rewards:\n${cup}`)).toEqual([
    'points.currencies.0.code',
  ]);
  expect(placesOf(rewardsProgramme, `rewards:\n${cup}`)).toEqual(['points']);
});

test('partners that are well formed are compared though others are not', () => {
  const partner =
    '  - { code: cafe, name: Café, channels: [{ code: shops, kind: SHOP }, { code: shops, kind: SHOP }] }\n';
  const places = placesOf(partnersProgramme, `partners:\n  - { code: 5 }\n${partner}`);

  expect(places).toEqual(expect.arrayContaining(['partners.0.code', 'partners.1.channels.1.code']));
});

test('the currency of referrals is looked for though another part is broken', () => {
  expect(placesOf(referralsProgramme, `${POINTS}referrals: { link: 5, currency: stars }\n`)).toEqual(
    expect.arrayContaining(['referrals.link', 'referrals.currency']),
  );
  expect(placesOf(referralsProgramme, POINTS)).toEqual(['referrals']);
});

test('a file of other bytes than UTF-8 is not taken', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'programme-'));
  try {
    const path = join(folder, 'latin.yaml');
    writeFileSync(path, Buffer.from('programme:\n  name: Caf\xe9\n', 'latin1'));

    await expect(takeFile(rewardsProgramme, {} as never, path)).rejects.toThrow('latin.yaml: it is no UTF-8');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
