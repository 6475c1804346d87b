import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { advanceClock } from '../../../subgraphs/shared/clock.ts';
import type { Space } from '../../../subgraphs/shared/database.ts';
import { encodeId, newId } from '../../../subgraphs/shared/id.ts';
import { verify } from '../../../subgraphs/points/ledger/verify.service.ts';
import type { TestRoom } from '../../support/room.ts';
import { inSpace, operator, roomViewer } from '../../support/viewer.ts';
import { HARBOUR, openPoints, payload } from '../room.ts';
import { codes } from './operation.ts';

/** Each wears one policy; spans are whole days, so that the sandbox's clock decides. */
const CURRENCIES = [
  { code: 'late', pending: { days: 10 }, expiry: { rolling: { days: 30, roundTo: 'day' } } },
  { code: 'kind', expiry: { rolling: { days: 5, roundTo: 'day' } }, grace: { days: 20 } },
  { code: 'harsh', expiry: { rolling: { days: 5, roundTo: 'day' } } },
  {
    code: 'lively',
    expiry: { inactivity: { days: 30, roundTo: 'day', activities: ['EARN', 'SPEND', 'ADJUST'] } },
  },
  { code: 'idle', expiry: { inactivity: { days: 30, roundTo: 'day', activities: ['TRANSFER'] } } },
].map((currency) => ({ name: currency.code, decimals: 0, spendable: true, ...currency }));

let points: TestRoom;
let sandbox: Space;
beforeAll(async () => {
  points = await openPoints();
  sandbox = points.room.database.space('sandbox');
  await sandbox.source.query(
    `insert into programme (version, document)
     select version + 1, jsonb_set(jsonb_set(document, '{currencies}', document -> 'currencies' || $1::jsonb), '{goodwillPerDay}', '100')
     from programme order by version desc limit 1`,
    [JSON.stringify(CURRENCIES)],
  );
});
afterEach(async () => {
  const { firstBreak } = await verify(sandbox.source, null);
  if (firstBreak !== null) throw new Error(`the ledger is broken: ${firstBreak.reason}`);
});
afterAll(() => points.close());

const staff = inSpace('sandbox', operator);
const otherRoom = roomViewer('rewards', 'sandbox');
const ENTRY = '{ entry { id amount } userErrors { code field } }';
const HOLD = '{ holdId state userErrors { code field } }';

const give = (viewer: typeof staff, mutation: string, memberId: string, currency: string, amount: number) => {
  const input = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
  return payload(
    points.ask(viewer, `mutation ($input: ${input}!) { ${mutation}(input: $input) ${ENTRY} }`, {
      input: { idempotencyKey: newId(), memberId: encodeId('mbr', memberId), currency, amount, reason: 'a test' },
    }),
  );
};
const earn = (member: string, currency: string, amount: number) =>
  give(otherRoom, 'pointsEarn', member, currency, amount);
const adjust = (member: string, currency: string, amount: number) =>
  give(staff, 'pointsAdjust', member, currency, amount);
const goodwill = (member: string, currency: string, amount: number) =>
  give(staff, 'pointsGoodwill', member, currency, amount);

const ask = (mutation: string, input: object, answer = HOLD) => {
  const type = { pointsHold: 'PointsHoldInput', pointsReverse: 'PointsReverseInput' }[mutation] ?? 'PointsHoldEndInput';
  return points.ask(otherRoom, `mutation ($input: ${type}!) { ${mutation}(input: $input) ${answer} }`, { input });
};
const hold = (member: string, currency: string, amount: number, over: object = {}) =>
  ask('pointsHold', { idempotencyKey: newId(), memberId: encodeId('mbr', member), currency, amount, ...over });

const wallet = async (member: string) =>
  (await sandbox.source.query('select pending, available, held from wallet where member_id = $1', [member]))[0];
const lots = (member: string) =>
  sandbox.source.query(
    `select amount, remaining, (activates_at - earned_at)::text waits, (expires_at::date - earned_at::date) days
     from lot where member_id = $1 order by seq`,
    [member],
  );
/** Days from now until all that is available expires; null: never. */
const idleIn = async (member: string) => {
  const [{ days }] = await sandbox.source.query(
    'select idle_until::date - clock()::date days from wallet where member_id = $1',
    [member],
  );
  return days;
};
const kinds = async (member: string) =>
  (await sandbox.source.query('select kind from entry where member_id = $1 order by seq', [member])).map(
    ({ kind }: { kind: string }) => kind,
  );
const settle = (member: string, currency: string) =>
  sandbox.source.query('select ledger_lock(array[$1::uuid], array[$2])', [member, currency]);

describe('pending', () => {
  test('is for what another room gives, and expiry counts from its end', async () => {
    const member = newId();

    await earn(member, 'late', 10);

    expect(await wallet(member)).toEqual({ pending: 10, available: 0, held: 0 });
    expect(await lots(member)).toEqual([{ amount: 10, remaining: 0, waits: '10 days', days: 41 }]);
  });

  test.each([
    ['a correction', adjust],
    ['a goodwill', goodwill],
  ])('is not for %s, which is there at once', async (_, given) => {
    const member = newId();

    await given(member, 'late', 10);

    expect(await wallet(member)).toEqual({ pending: 0, available: 10, held: 0 });
    expect(await lots(member)).toEqual([{ amount: 10, remaining: 10, waits: null, days: 31 }]);
  });
});

describe('inactivity', () => {
  test('counts from what is earned, corrected, and spent by a capture', async () => {
    const member = newId();
    const idempotencyKey = newId();

    await earn(member, 'lively', 10);
    const earned = await idleIn(member);
    await advanceClock(sandbox, 'P3D');
    await adjust(member, 'lively', 5);
    const given = await idleIn(member);
    await advanceClock(sandbox, 'P3D');
    await adjust(member, 'lively', -5);
    const taken = await idleIn(member);
    await advanceClock(sandbox, 'P3D');
    await hold(member, 'lively', 4, { idempotencyKey });
    const held = await idleIn(member);
    await ask('pointsCapture', { redemptionId: idempotencyKey });
    const captured = await idleIn(member);

    expect([earned, given, taken, held, captured]).toEqual([31, 31, 31, 28, 31]);
  });

  test('is moved on by a capture that an event asks for', async () => {
    const member = newId();
    const redemption = newId();
    await earn(member, 'lively', 10);
    await hold(member, 'lively', 4, { idempotencyKey: encodeId('rdm', redemption) });
    await advanceClock(sandbox, 'P3D');

    const fact = { redemptionId: redemption, memberId: member };
    const event = {
      id: newId(),
      name: 'redemption.confirmed' as const,
      aggregate: redemption,
      sequence: 1,
      payload: fact,
    };
    await points.room.receive('sandbox', [event], 'rewards');

    expect([await idleIn(member), await kinds(member)]).toEqual([31, ['EARN', 'HOLD', 'CAPTURE']]);
  });

  test('counts from none of these where the programme says so', async () => {
    const member = newId();

    await earn(member, 'idle', 10);
    await adjust(member, 'idle', -5);

    expect(await idleIn(member)).toBeNull();
  });
});

describe('a hold', () => {
  test('with a time to live ends by itself, and its points are back', async () => {
    const member = newId();
    const idempotencyKey = newId();
    await adjust(member, 'kind', 10);
    await hold(member, 'kind', 6, { idempotencyKey, ttlSeconds: 3600 });

    await advanceClock(sandbox, 'PT59M');
    await settle(member, 'kind');
    const before = await wallet(member);
    await advanceClock(sandbox, 'PT2M');
    const { state } = await payload(ask('pointsCapture', { redemptionId: idempotencyKey }));

    expect(before).toEqual({ pending: 0, available: 4, held: 6 });
    expect(state).toBe('RELEASED');
    expect(await wallet(member)).toEqual({ pending: 0, available: 10, held: 0 });
  });

  test('without one ends by its asker alone', async () => {
    const member = newId();
    await adjust(member, 'late', 10);
    await hold(member, 'late', 6);

    await advanceClock(sandbox, 'P20D');
    await settle(member, 'late');

    expect(await wallet(member)).toEqual({ pending: 0, available: 4, held: 6 });
  });

  test('for one partner says so', async () => {
    const member = newId();
    const idempotencyKey = newId();
    await adjust(member, 'kind', 10);

    await hold(member, 'kind', 6, { idempotencyKey, partnerId: encodeId('ptn', HARBOUR), forPurchase: true });

    expect(await sandbox.source.query('select taker from hold where asker_id = $1', [idempotencyKey])).toEqual([
      { taker: HARBOUR },
    ]);
  });

  test.each([
    ['of no time', { ttlSeconds: 0 }],
    ['of more than 30 days', { ttlSeconds: 2_592_001 }],
    ['for what is no partner', { partnerId: 'mbr_01' }],
  ])('%s is a bad request', async (_, over) => {
    const member = newId();
    await adjust(member, 'kind', 10);

    const { errors } = await hold(member, 'kind', 6, over);

    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(await wallet(member)).toEqual({ pending: 0, available: 10, held: 0 });
  });

  test('under what is no key is refused', async () => {
    const member = newId();
    await adjust(member, 'kind', 10);

    const refused = await payload(hold(member, 'kind', 6, { idempotencyKey: '' }));

    expect(codes(refused)).toEqual(['IDEMPOTENCY_KEY_INVALID']);
  });
});

describe('points that come back past their expiry', () => {
  test.each([
    ['kind', { pending: 0, available: 6, held: 0 }],
    ['harsh', { pending: 0, available: 0, held: 0 }],
  ])('by a release have the grace of the currency: %s', async (currency, left) => {
    const member = newId();
    const idempotencyKey = newId();
    await adjust(member, currency, 6);
    await hold(member, currency, 6, { idempotencyKey });
    await advanceClock(sandbox, 'P7D');

    await ask('pointsRelease', { redemptionId: idempotencyKey });

    expect(await wallet(member)).toEqual(left);
    await advanceClock(sandbox, 'P21D');
    await settle(member, currency);
    expect(await wallet(member)).toEqual({ pending: 0, available: 0, held: 0 });
    expect(await kinds(member)).toEqual(['ADJUST', 'HOLD', 'RELEASE', 'EXPIRE']);
  });

  test('because their hold lapsed have it too', async () => {
    const member = newId();
    await adjust(member, 'kind', 6);
    await hold(member, 'kind', 6, { ttlSeconds: 7 * 86_400 });

    await advanceClock(sandbox, 'P8D');
    await settle(member, 'kind');

    expect(await wallet(member)).toEqual({ pending: 0, available: 6, held: 0 });
  });

  test('by the reversal of a debit and of a capture have it', async () => {
    const member = newId();
    const idempotencyKey = newId();
    await adjust(member, 'kind', 10);
    const { entry: debit } = await adjust(member, 'kind', -4);
    await hold(member, 'kind', 6, { idempotencyKey });
    const { capture } = await payload(
      ask('pointsCapture', { redemptionId: idempotencyKey }, '{ capture { id } userErrors { code } }'),
    );
    await advanceClock(sandbox, 'P7D');

    for (const entryId of [debit.id, capture.id]) {
      await payload(ask('pointsReverse', { idempotencyKey: newId(), entryId }, ENTRY));
    }

    expect(await wallet(member)).toEqual({ pending: 0, available: 10, held: 0 });
    expect(await kinds(member)).toEqual(['ADJUST', 'ADJUST', 'HOLD', 'CAPTURE', 'REVERSE', 'REVERSE']);
  });
});
