// Events of members, as they are recorded and give points.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { DateTime } from 'luxon';
import { draw } from '../../../subgraphs/points/earning/draw.service.ts';
import { verify } from '../../../subgraphs/points/ledger/verify.service.ts';
import { encodeId, newId } from '../../../subgraphs/shared/id.ts';
import type { TestRoom } from '../../support/room.ts';
import { member as memberViewer, operator, till } from '../../support/viewer.ts';
import { checkInvariants } from '../ledger/invariant.ts';
import { harbourTill, NORTH, northTill, openPoints, payload } from '../room.ts';

const EVENT = `mutation ($input: EventRecordInput!) { eventRecord(input: $input) {
  event { id type explanation { ruleSetVersion steps { rule applied amount required actual reason } } }
  entries { kind amount explanation { ruleSetVersion steps { rule applied amount required actual reason } } }
  member { id tier { code } wallets { available } }
  replayed userErrors { code field } } }`;

const HOUR = 3_600_000;
const NOW = Date.now();
const at = (hours: number) => new Date(NOW + hours * HOUR).toISOString();

let points: TestRoom;
beforeAll(async () => {
  points = await openPoints('test/points/event/events.yaml');
  const { members } = points.peers;
  const { answer } = members;
  members.answer = (request) => {
    if (!request.query.includes('memberFacts')) return answer(request);
    const ids = request.variables['ids'] as string[];
    return {
      memberFacts: ids.map((id) => ({
        id,
        birthday: DateTime.fromISO(at(-1), { zone: 'Europe/Riga' }).toISODate(),
        enrolledOn: '2020-01-01',
      })),
    };
  };
});
afterEach(async () => {
  const { source } = points.room.database.space('live');
  const { firstBreak } = await verify(source, null);
  if (firstBreak !== null) throw new Error(firstBreak.reason);
  await checkInvariants(source, null);
});
afterAll(() => points.close());

let counter = 0;
const eventOf = (member: string, type: string, over: object = {}) => {
  counter += 1;
  const occurredAt = at(-1);
  return { idempotencyKey: `event-${counter}`, member: { kind: 'EXTERNAL', value: member }, type, occurredAt, ...over };
};
const send = (input: object, viewer = northTill) => payload(points.ask(viewer, EVENT, { input }));
const record = (member: string, type: string, over: object = {}) => send(eventOf(member, type, over));
const review = (member: string, over: object = {}) =>
  record(member, 'review', { attributes: [{ name: 'product', value: 'tea' }], ...over });
const run = (member: string, distance: string, over: object = {}) =>
  record(member, 'run', { attributes: [{ name: 'distance', value: distance }], ...over });
const ACTIVE = { status: 'ACTIVE' as const, earningBlocked: false, spendingBlocked: false };
const tell = (member: string, over: object = {}, sequence = 1) => {
  const payloadOf = { memberId: member, ...ACTIVE, ...over };
  const event = { id: newId(), name: 'member.changed' as const, aggregate: member, sequence, payload: payloadOf };
  return points.room.receive('live', [event], 'members');
};
const given = ({ entries }: { entries: { amount: number }[] }) => entries.reduce((sum, { amount }) => sum + amount, 0);
const rows = async (member: string) => {
  const [row] = await points.query<{ events: number; entries: number; requests: number }>(
    `select (select count(*) from member_event where member_id = $1) events,
       (select count(*) from entry where member_id = $1) entries,
       (select count(*) from request) requests`,
    [member],
  );
  return row!;
};

describe('an event', () => {
  test('gives what its rules say, in the answer, with each rule’s reason', async () => {
    const member = newId();

    const answer = await review(member);

    expect(answer).toMatchObject({
      event: { id: expect.stringMatching(/^evt_/), type: 'review' },
      entries: [{ kind: 'EARN', amount: 50 }],
      member: { id: encodeId('mbr', member), tier: { code: 'member' }, wallets: [{ available: 50 }] },
      replayed: false,
      userErrors: [],
    });
    expect(answer.event.explanation).toMatchObject({
      ruleSetVersion: '1',
      steps: [
        { rule: 'for-a-review', applied: true, amount: 50 },
        { rule: 'for-five-stars', applied: false, reason: 'expression' },
      ],
    });
    expect(answer.entries[0].explanation).toEqual(answer.event.explanation);
  });

  test('gives by its attributes, within the rule’s cap', async () => {
    const member = newId();

    const answers = [await run(member, '5.2'), await run(member, '12'), await run(member, '9')];

    expect(answers.map(given)).toEqual([20, 48, 2]);
    expect(answers[2].event.explanation.steps).toMatchObject([
      { rule: 'for-running', amount: 36 },
      { rule: 'running', required: '70', actual: '68', amount: -34 },
    ]);
  });

  test('knows its partner, its channel, and the member’s birthday', async () => {
    const member = newId();

    expect(given(await record(member, 'hello'))).toBe(3);
    expect(given(await record(member, 'hello', { location: 'north' }))).toBe(10);
    expect(given(await send(eventOf(member, 'hello', { location: 'harbour' }), harbourTill))).toBe(3);
  });

  test('that leads to a level gives what the level gives, as an entry of its own', async () => {
    const answer = await record(newId(), 'newsletter');

    expect(answer.entries).toMatchObject([
      { amount: 100 },
      { amount: 20, explanation: { steps: [{ rule: 'for-silver' }] } },
    ]);
    expect(answer.member).toMatchObject({ tier: { code: 'silver' }, wallets: [{ available: 120 }] });
  });

  test('draws its surprises by the stored seed, for the member’s nth event', async () => {
    const member = newId();
    const [{ seed }] = (await points.query<{ seed: Buffer }>('select seed from surprise_seed')) as [{ seed: Buffer }];

    const gifts = [];
    for (let n = 1; n <= 8; n += 1) gifts.push(given(await record(member, 'wheel')));

    expect(gifts).toEqual(gifts.map((_, n) => (Number(draw(seed, member, 'luck', n + 1)) < 0.5 ? 10 : 0)));
  });

  test('is paid by the partner that told it', async () => {
    const member = newId();
    await review(member);

    expect(await points.query('select funder from lot where member_id = $1', [member])).toEqual([{ funder: NORTH }]);
  });
});

describe('an event that may not give any more', () => {
  test('within the cooldown is recorded, gives nothing and says so', async () => {
    const member = newId();
    await review(member, { occurredAt: at(-30) });

    const [early, late, later] = [
      await review(member, { occurredAt: at(-7) }),
      await review(member, { occurredAt: at(-53) }),
      await review(member, { occurredAt: at(-6) }),
    ];

    expect([early, late, later].map(given)).toEqual([0, 0, 70]);
    expect(early.event.explanation.steps).toMatchObject([
      { rule: 'review', applied: false, amount: null, reason: 'cooldown', required: 'PT24H' },
    ]);
    expect(await rows(member)).toMatchObject({ events: 4, entries: 3 });
  });

  test('nor beyond how many may give', async () => {
    const member = newId();

    const gifts = [
      given(await record(member, 'newsletter')),
      given(await record(member, 'newsletter', { occurredAt: at(-600) })),
    ];

    expect(gifts).toEqual([120, 0]);
  });

  test('of 50 at once exactly one gives', async () => {
    const member = newId();

    const answers = await Promise.all(Array.from({ length: 50 }, () => review(member)));

    expect(answers.filter((answer) => given(answer) > 0)).toHaveLength(1);
    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    expect(await rows(member)).toMatchObject({ events: 50, entries: 1 });
  });

  test('of a member whose earning is blocked is recorded and gives nothing', async () => {
    const member = newId();
    await tell(member, { earningBlocked: true });

    const answer = await review(member);

    expect(given(answer)).toBe(0);
    expect(answer.event.explanation.steps).toMatchObject([{ rule: 'review', applied: false, reason: 'blocked' }]);
  });
});

describe('sent again', () => {
  test('an event is answered as it was, before anybody is asked', async () => {
    const input = eventOf(newId(), 'newsletter');
    const first = await send(input);
    for (const peer of Object.values(points.peers)) peer.away = true;

    const again = await send(input);
    for (const peer of Object.values(points.peers)) peer.away = false;

    expect(again).toEqual({ ...first, replayed: true });
  });

  test('with another content its key is refused', async () => {
    const input = eventOf(newId(), 'newsletter');
    await send(input);

    expect((await send({ ...input, type: 'hello' })).userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
  });
});

describe('refused, and nothing is recorded', () => {
  const MEMBER = newId();
  test.each<[string, object, string, string[] | null]>([
    ['a type that there is not', { type: 'dance' }, 'EVENT_UNKNOWN', ['type']],
    ['the ladder’s own word', { type: 'tier' }, 'EVENT_UNKNOWN', ['type']],
    [
      'an attribute that there is not',
      { attributes: [{ name: 'mood', value: 'x' }] },
      'ATTRIBUTE_INVALID',
      ['attributes', '0', 'name'],
    ],
    [
      'an attribute of another type',
      { attributes: [{ name: 'distance', value: 'far' }] },
      'ATTRIBUTE_INVALID',
      ['attributes', '0', 'value'],
    ],
    ['a missing attribute', { attributes: [] }, 'ATTRIBUTE_INVALID', ['attributes']],
    ['a stranger', { member: { kind: 'EXTERNAL', value: 'nobody' } }, 'MEMBER_UNKNOWN', ['member']],
    ['nobody', { member: null }, 'MEMBER_UNKNOWN', []],
    ['somebody twice', { memberId: encodeId('mbr', MEMBER) }, 'MEMBER_UNKNOWN', []],
    ['what is no id', { member: null, memberId: 'mbr_x' }, 'MEMBER_UNKNOWN', ['memberId']],
    ['another partner’s location', { location: 'harbour' }, 'LOCATION_UNKNOWN', ['location']],
    ['a location with signs that nobody prints', { location: 'a\u0000' }, 'LOCATION_UNKNOWN', ['location']],
    ['the day after tomorrow', { occurredAt: at(25) }, 'OCCURRED_IN_FUTURE', ['occurredAt']],
    ['too long ago', { occurredAt: at(-31 * 24) }, 'EVENT_TOO_OLD', ['occurredAt']],
    ['no key', { idempotencyKey: null }, 'IDEMPOTENCY_KEY_MISSING', ['idempotencyKey']],
  ])('is %s', async (_, over, code, field) => {
    const before = await rows(MEMBER);

    const answer = await run(MEMBER, '5', over);

    expect(answer).toMatchObject({ event: null, entries: [], member: null, userErrors: [{ code, field }] });
    expect(await rows(MEMBER)).toEqual(before);
  });

  test('is who has left', async () => {
    const member = newId();
    await tell(member, { status: 'CLOSED' });

    expect((await review(member)).userErrors).toMatchObject([{ code: 'MEMBER_NOT_ACTIVE' }]);
  });

  test('is who may not write: a member, and a till without the scope', async () => {
    const member = newId();
    for (const viewer of [memberViewer(member), till(NORTH, ['points:read'])]) {
      const { errors } = await points.ask(viewer, EVENT, { input: eventOf(member, 'hello') });

      expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
    expect(await rows(member)).toMatchObject({ events: 0 });
  });
});

test('an operator tells events of any member, which the programme pays', async () => {
  const member = newId();

  const answer = await send(
    eventOf(member, 'newsletter', { member: null, memberId: encodeId('mbr', member) }),
    operator,
  );

  expect(given(answer)).toBe(120);
  expect(await points.query('select distinct funder from lot where member_id = $1', [member])).toEqual([
    { funder: null },
  ]);
});

describe('what members tell', () => {
  test('of segments is the newest, none when it is left out', async () => {
    const member = newId();
    const segments = async () =>
      (
        await points.query<{ segments: string[] }>('select segments from member_copy where member_id = $1', [member])
      )[0]!.segments;

    await tell(member, { segments: ['loyal', 'vegan'] }, 2);
    await tell(member, { segments: ['new'] }, 1);
    expect(await segments()).toEqual(['loyal', 'vegan']);
    await tell(member, {}, 3);
    expect(await segments()).toEqual([]);
  });

  test('of an enrolment is kept as a day of the programme, the first one', async () => {
    const member = newId();
    for (const enrolledAt of ['2026-03-31T21:30:00.000000Z', '2020-01-01T00:00:00.000000Z']) {
      const payloadOf = { memberId: member, enrolledAt, referralCode: null };
      await points.room.receive(
        'live',
        [{ id: newId(), name: 'member.enrolled', aggregate: member, sequence: 1, payload: payloadOf }],
        'members',
      );
    }

    expect(await points.query('select enrolled_on from standing where member_id = $1', [member])).toEqual([
      { enrolled_on: '2026-04-01' },
    ]);
  });
});
