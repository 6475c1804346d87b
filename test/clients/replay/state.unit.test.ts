import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  readState,
  resume,
  settle,
  statePath,
  writeState,
  type Outcome,
  type Settings,
  type State,
} from '../../../clients/replay/state.ts';

const SETTINGS: Settings = {
  tills: [{ location: 'here', terminal: 'till-1' }],
  zone: 'Europe/London',
  currency: 'GBP',
  columns: null,
  dateFormat: null,
  encoding: 'utf-8',
  endDate: null,
};
const OUTCOME: Outcome = { state: 'RECORDED', replayed: false, purchaseId: 'pur_1', points: 3, lines: [], code: null };
const FOUND: State = {
  source: 'sales.csv',
  firstRunAt: '2026-01-01T12:00:00.000Z',
  address: 'http://a/graphql',
  settings: SETTINGS,
  members: { '77': 'mbr_1' },
  outcomes: { '900001': OUTCOME },
  finished: false,
};
const FRESH = { ...FOUND, firstRunAt: '2026-02-02T12:00:00.000Z' };

describe('the state of a source', () => {
  it('is written whole and read again, with nothing left beside it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'replay-state-'));
    const path = statePath(join(folder, 'deep'), 'abc');

    expect(await readState(path)).toBeNull();
    await writeState(path, FOUND);

    expect(await readState(path)).toEqual(FOUND);
    expect(await readdir(join(folder, 'deep'))).toEqual(['abc.json']);
    await rm(folder, { recursive: true });
  });

  it('goes on where an unfinished run stopped, with the first run as its day', () => {
    expect(resume(FOUND, FRESH)).toEqual(FOUND);
  });

  it('sends everything again when the last run was finished or went elsewhere, still with the first run as its day', () => {
    expect(resume({ ...FOUND, finished: true }, FRESH)).toEqual({ ...FOUND, outcomes: {} });
    expect(resume(FOUND, { ...FRESH, address: 'http://b/graphql' })).toEqual({
      ...FOUND,
      address: 'http://b/graphql',
      members: {},
      outcomes: {},
    });
  });

  it('keeps the settings of the first run and refuses others', () => {
    const settled = (given: Partial<Settings>) =>
      settle(SETTINGS, given, 'state.json', () => ({ ...SETTINGS, zone: 'UTC' }));

    expect(settled({})).toBe(SETTINGS);
    expect(settled({ zone: 'Europe/London' })).toBe(SETTINGS);
    expect(() => settled({ zone: 'Europe/Riga' })).toThrow('begun with zone "Europe/London"');
    expect(settle(null, { zone: 'Europe/Riga' }, 'state.json', () => SETTINGS)).toEqual({
      ...SETTINGS,
      zone: 'Europe/Riga',
    });
  });
});
