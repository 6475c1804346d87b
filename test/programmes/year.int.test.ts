// A member's year in each programme, as programmes/*.md tells it.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openPlayer, type Player } from './player.ts';
import { readScript } from './script.ts';

describe.each(['coffee-house', 'beauty', 'fashion', 'sport', 'hybrid-retail'])('a year of %s', (programme) => {
  const { shelf, rows } = readScript(`programmes/${programme}.md`);
  let player: Player;
  beforeAll(async () => {
    player = await openPlayer(`programmes/${programme}.yaml`, shelf);
  });
  afterAll(() => player.close());

  test.each(rows)('$when $what: $because', async ({ when, what, gives, has, expires, tier }) => {
    expect(await player.play(when, what)).toEqual({ gives, has, expires, tier });
  });

  test('leaves a ledger that is intact', async () => {
    expect(await player.verify()).toMatchObject({ intact: true, firstBreak: null });
  });
});
