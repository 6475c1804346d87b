import { afterAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { isCardNumber } from '../../subgraphs/members/identifier/card.rules.ts';
import { inSpace, member, operator, partner, till } from '../support/viewer.ts';
import { HARBOUR, membersWorld, newEmail, NORTHSIDE, only, partnerId, uuidOf, type Enrolled } from './world.ts';

const world = await membersWorld();
afterAll(() => world.close());

const counts = () => world.counts();
const email = (value = newEmail()) => ({ kind: 'EMAIL', value });
const newCard = () => `29${String(Math.floor(Math.random() * 1e10)).padStart(10, '0')}`;

test('one identifier is enough: the member is active and has a card of the programme', async () => {
  const { member: enrolled, ...rest } = await world.enroll(till(NORTHSIDE), { identifiers: [email()] });

  expect(rest).toEqual({ existing: false, replayed: false, userErrors: [] });
  expect(enrolled).toEqual({ id: expect.stringMatching(/^mbr_/), status: 'ACTIVE', cardNumber: expect.any(String) });
  expect(isCardNumber(enrolled!.cardNumber!, '290')).toBe(true);
});

test('an enrolment is told once, without personal data', async () => {
  const id = await world.enrolled({ profile: { givenName: 'Jane' } });

  expect(await world.told(id)).toEqual([
    { sequence: 1, memberId: uuidOf(id), status: 'ACTIVE', earningBlocked: false, spendingBlocked: false },
  ]);
});

test.each([
  ['none', {}, null],
  ['an empty one', { referralCode: '  ' }, null],
  ['one', { referralCode: ' julia-42 ' }, 'julia-42'],
  ['one that is nobody’s', { referralCode: 'NO SUCH CODE' }, 'NO SUCH CODE'],
  ['the longest', { referralCode: 'x'.repeat(64) }, 'x'.repeat(64)],
  ['one that is too long', { referralCode: 'x'.repeat(65) }, null],
  ['an e-mail in the wrong field', { referralCode: 'jane@example.com' }, null],
  ['what is no text', { referralCode: 'a\u0000b' }, null],
])('an enrolment with a referral code, %s, is told to referrals once and never blocked', async (_, input, code) => {
  const id = await world.enrolled(input);

  const [row] = await world.query<{ at: string }>('select enrolled_at as "at" from member where id = $1', [uuidOf(id)]);
  expect(await world.toldReferrals(id)).toEqual([
    { sequence: 1, memberId: uuidOf(id), enrolledAt: row!.at, referralCode: code },
  ]);
});

test('a referral code with an identifier that is taken is told as one of a member already, a replay tells nothing', async () => {
  const mail = email();
  const input = { identifiers: [mail], referralCode: 'FIRST', idempotencyKey: randomUUID() };
  const { member: first } = await world.enroll(till(NORTHSIDE), input);

  const again = await world.enroll(till(NORTHSIDE), { identifiers: [mail], referralCode: 'SECOND' });
  const replayed = await world.enroll(till(NORTHSIDE), input);
  const other = await world.enroll(till(NORTHSIDE), { ...input, referralCode: 'THIRD' });

  expect([again.existing, replayed.replayed]).toEqual([true, true]);
  expect(other.userErrors).toEqual([{ code: 'IDEMPOTENCY_KEY_REUSED', field: ['idempotencyKey'], retryable: false }]);
  expect((await world.toldReferrals(first!.id)).map(({ referralCode }) => referralCode)).toEqual(['FIRST', 'SECOND']);
});

test('an identifier that is taken gives the member that has it, and changes nothing', async () => {
  const first = email();
  const id = await world.enrolled({ identifiers: [first] });
  const before = await counts();

  const again = await world.enroll(operator, {
    identifiers: [
      { kind: 'EMAIL', value: first.value.toUpperCase() },
      { kind: 'PHONE', value: '07700 900001' },
    ],
    profile: { givenName: 'Mallory' },
    consents: [{ purpose: 'PROFILING', granted: true }],
  });

  expect(again).toEqual({
    member: { id, status: 'ACTIVE', cardNumber: expect.any(String) },
    existing: true,
    replayed: false,
    userErrors: [],
  });
  expect(await counts()).toEqual(before);
});

test('identifiers of two members are refused, and nothing changes', async () => {
  const [one, two] = [email(), email()];
  await world.enrolled({ identifiers: [one] });
  await world.enrolled({ identifiers: [two] });
  const before = await counts();

  const refused = await world.enroll(operator, { identifiers: [one, two], idempotencyKey: randomUUID() });

  expect(refused).toEqual({
    member: null,
    existing: false,
    replayed: false,
    userErrors: [{ code: 'IDENTIFIER_CONFLICT', field: ['identifiers'], retryable: false }],
  });
  expect(await counts()).toEqual(before);
});

test('fifty at once, by tills of two partners, enrol one member', async () => {
  const [mail, phone] = [email(), { kind: 'PHONE', value: '+48 600 100 200' }];
  const before = await world.count('member');

  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      world.enroll(till(index % 2 === 0 ? NORTHSIDE : HARBOUR), {
        identifiers: index % 3 === 0 ? [mail, phone] : index % 3 === 1 ? [phone, mail] : [phone],
      }),
    ),
  );

  expect(new Set(answers.map((answer) => answer.member?.id)).size).toBe(1);
  expect(answers.filter((answer) => !answer.existing)).toHaveLength(1);
  expect(answers.flatMap((answer) => answer.userErrors)).toEqual([]);
  expect((await world.count('member')) - before).toBe(1);
});

test('fifty at once with one key are one enrolment and forty-nine replays', async () => {
  const input = { identifiers: [email()], idempotencyKey: randomUUID() };

  const answers = await Promise.all(Array.from({ length: 50 }, () => world.enroll(till(NORTHSIDE), input)));

  expect(new Set(answers.map((answer) => answer.member?.id)).size).toBe(1);
  expect(answers.filter((answer) => answer.replayed)).toHaveLength(49);
  expect(answers.filter((answer) => answer.existing)).toHaveLength(0);
});

test('a key gives the first answer again, and refuses another input', async () => {
  const input = { identifiers: [email()], idempotencyKey: randomUUID() };
  const first = await world.enroll(till(NORTHSIDE), input);
  const before = await counts();

  const replayed = await world.enroll(till(NORTHSIDE), input);
  const other = await world.enroll(till(NORTHSIDE), { ...input, identifiers: [email()] });

  expect(replayed).toEqual({ ...first, replayed: true });
  expect(other.userErrors).toEqual([{ code: 'IDEMPOTENCY_KEY_REUSED', field: ['idempotencyKey'], retryable: false }]);
  expect(other.member).toBeNull();
  expect(await counts()).toEqual(before);
});

test('a card that is brought is the member’s card, and none is generated', async () => {
  const card = (() => {
    for (;;) {
      const candidate = newCard().replace(/^29\d/, '290');
      for (let digit = 0; digit < 10; digit += 1) if (isCardNumber(candidate + digit, '290')) return candidate + digit;
    }
  })();

  const { member: enrolled } = await world.enroll(operator, { identifiers: [{ kind: 'CARD', value: card }] });

  expect(enrolled?.cardNumber).toBe(card);
  expect(await world.query('select kind, value from identifier where member_id = $1', [uuidOf(enrolled!.id)])).toEqual([
    { kind: 'CARD', value: card },
  ]);
});

test('a partner’s own id is another member’s within another partner', async () => {
  const own = [{ kind: 'EXTERNAL', value: 'crm-7' }];

  const north = await world.enroll(partner(NORTHSIDE), { identifiers: own });
  const again = await world.enroll(till(NORTHSIDE), { identifiers: own });
  const harbour = await world.enroll(partner(HARBOUR), { identifiers: own });

  expect(again).toMatchObject({ existing: true, member: { id: north.member!.id } });
  expect(harbour.existing).toBe(false);
  expect(harbour.member!.id).not.toBe(north.member!.id);
});

test.each([
  ['no identifier', operator, { identifiers: [] }, 'IDENTIFIER_MISSING', ['identifiers']],
  [
    'a bad e-mail',
    operator,
    { identifiers: [email(), { kind: 'EMAIL', value: 'jane' }] },
    'IDENTIFIER_INVALID',
    ['identifiers', '1', 'value'],
  ],
  [
    'a partner’s own id from an operator',
    operator,
    { identifiers: [{ kind: 'EXTERNAL', value: 'crm-7' }] },
    'IDENTIFIER_INVALID',
    ['identifiers', '0', 'value'],
  ],
  [
    'eleven identifiers',
    operator,
    { identifiers: Array.from({ length: 11 }, () => email()) },
    'IDENTIFIER_INVALID',
    ['identifiers'],
  ],
  [
    'an undeclared attribute',
    operator,
    { identifiers: [email()], profile: { attributes: [{ name: 'shoeSize', value: '9' }] } },
    'ATTRIBUTE_UNKNOWN',
    ['profile', 'attributes', '0', 'name'],
  ],
  [
    'an attribute of the wrong type',
    operator,
    { identifiers: [email()], profile: { attributes: [{ name: 'householdSize', value: 'three' }] } },
    'ATTRIBUTE_INVALID',
    ['profile', 'attributes', '0', 'value'],
  ],
  [
    'a birthday to come',
    operator,
    { identifiers: [email()], profile: { birthday: '2999-01-01' } },
    'PROFILE_INVALID',
    ['profile', 'birthday'],
  ],
  [
    'sharing with an unknown partner',
    operator,
    {
      identifiers: [email()],
      consents: [{ purpose: 'PARTNER_SHARING', granted: true, partnerId: partnerId(randomUUID()) }],
    },
    'PARTNER_UNKNOWN',
    ['consents', '0', 'partnerId'],
  ],
  [
    'sharing with what is no partner',
    operator,
    { identifiers: [email()], consents: [{ purpose: 'PARTNER_SHARING', granted: true, partnerId: 'north' }] },
    'PARTNER_UNKNOWN',
    ['consents', '0', 'partnerId'],
  ],
  [
    'sharing with nobody',
    operator,
    { identifiers: [email()], consents: [{ purpose: 'PARTNER_SHARING', granted: true }] },
    'CONSENT_INVALID',
    ['consents', '0', 'partnerId'],
  ],
  [
    'a till that shares with another partner',
    till(NORTHSIDE),
    {
      identifiers: [email()],
      consents: [{ purpose: 'PARTNER_SHARING', granted: true, partnerId: partnerId(HARBOUR) }],
    },
    'CONSENT_INVALID',
    ['consents', '0', 'partnerId'],
  ],
  [
    'an empty key',
    operator,
    { identifiers: [email()], idempotencyKey: '' },
    'IDEMPOTENCY_KEY_INVALID',
    ['idempotencyKey'],
  ],
])('%s is refused, and nothing changes', async (_, viewer, input, code, field) => {
  const before = await counts();

  const refused = await world.enroll(viewer, input);

  expect(refused.userErrors).toEqual([{ code, field, retryable: false }]);
  expect(refused.member).toBeNull();
  expect(await counts()).toEqual(before);
});

test('a member’s token enrols itself, and its subject finds it from then on', async () => {
  const viewer = member();

  const { member: self, existing } = await world.enroll(viewer, { identifiers: [email()] });
  const again = await world.enroll(viewer, { identifiers: [] });
  const me = await world.ask(viewer, '{ me { id cardNumber } }');

  expect(existing).toBe(false);
  expect(again).toMatchObject({ existing: true, member: { id: self!.id } });
  expect(only(me)).toEqual({ id: self!.id, cardNumber: self!.cardNumber });
});

test('a member’s token cannot become another member by naming its e-mail', async () => {
  const taken = email();
  await world.enrolled({ identifiers: [taken] });
  const before = await counts();

  const refused: Enrolled = await world.enroll(member(), { identifiers: [taken] });

  expect(refused.userErrors).toEqual([{ code: 'IDENTIFIER_CONFLICT', field: ['identifiers'], retryable: false }]);
  expect(await counts()).toEqual(before);
});

test('spaces share nothing: the same identifier is another member in a sandbox', async () => {
  const shared = email();
  const live = await world.enroll(operator, { identifiers: [shared] });

  const sandbox = await world.enroll(inSpace('sandbox', operator), { identifiers: [shared] });

  expect(sandbox.existing).toBe(false);
  expect(sandbox.member!.id).not.toBe(live.member!.id);
});

test('without the scope nobody is enrolled', async () => {
  const before = await counts();

  const { errors } = await world.ask(
    till(NORTHSIDE, ['members:read']),
    'mutation ($input: MemberEnrollInput!) { memberEnroll(input: $input) { existing } }',
    { input: { identifiers: [email()] } },
  );

  expect(errors).toMatchObject([{ message: 'This needs the scope members:write.', extensions: { code: 'FORBIDDEN' } }]);
  expect(await counts()).toEqual(before);
});
