// What federation and GraphQL promise, feature by feature, in every transport. Each operation is asked again: then it
// runs on what was kept and made when it came before.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ABSTRACT } from './abstract.ts';
import { ALIASES } from './aliases.ts';
import { AWAY_ROOMS } from './away.ts';
import { CONDITIONS } from './conditions.ts';
import { ERRORS } from './errors.ts';
import { INTERFACE_OBJECTS } from './interface-objects.ts';
import { KEYLESS } from './keyless.ts';
import { KEYS } from './keys.ts';
import { LISTS } from './lists.ts';
import { MUTATIONS } from './mutations.ts';
import { NULLS } from './nulls.ts';
import { openWorld, type OpenWorld } from './open-world.ts';
import { PROVIDES } from './provides.ts';
import { REQUIRES } from './requires.ts';
import { VALUES } from './values.ts';
import { VISIBLE } from './visible.ts';
import { WAYS } from './world.ts';

const WORLDS = [
  ...KEYS,
  ...REQUIRES,
  ...PROVIDES,
  ...ALIASES,
  ...ABSTRACT,
  ...INTERFACE_OBJECTS,
  ...VISIBLE,
  ...VALUES,
  ...KEYLESS,
  ...LISTS,
  ...CONDITIONS,
  ...NULLS,
  ...ERRORS,
  ...AWAY_ROOMS,
  ...MUTATIONS,
];

describe.each(WORLDS)('$title', (world) => {
  let open: OpenWorld;
  beforeAll(async () => {
    open = await openWorld(world);
  });
  afterAll(() => open?.close());

  describe.each(world.ways ?? WAYS)('%s', (way) => {
    test.each(world.cases)('$claim', async (example) => {
      const first = await open.ask(example, way);
      const again = await open.ask(example, way);

      expect(first.data).toEqual(example.data);
      expect(JSON.stringify(first.data)).toBe(JSON.stringify(example.data));
      expect(first.errors).toEqual((example.errors ?? []).toSorted());
      if (example.asked !== undefined) expect(first.asked).toEqual(example.asked);
      if (example.order !== undefined) expect(first.order).toEqual(example.order);
      expect([again.data, again.errors]).toEqual([first.data, first.errors]);
    });
  });
});
