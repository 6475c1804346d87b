import { afterAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Viewer } from '../../subgraphs/shared/viewer.ts';
import { member, operator, partner, till } from '../support/viewer.ts';
import { HARBOUR, membersWorld, NORTHSIDE, only, partnerId, uuidOf } from './world.ts';

const world = await membersWorld();
afterAll(() => world.close());

type Answer = {
  member: Record<string, unknown> | null;
  replayed: boolean;
  userErrors: { code: string; field: string[] }[];
};

const mutation = (name: string, fields: string) => async (viewer: Viewer, input: object) =>
  only<Answer>(
    await world.ask(
      viewer,
      `mutation ($input: ${name[0]!.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) {
         member { id ${fields} } replayed userErrors { code field }
       } }`,
      { input },
    ),
  );
const update = mutation(
  'memberUpdate',
  'displayName profile { givenName familyName birthday attributes { name value } }',
);
const consentSet = mutation('memberConsentSet', 'consents { purpose granted partner { id } termsVersion source }');
const statusSet = mutation('memberStatusSet', 'status earningBlocked spendingBlocked');
const blocksSet = mutation('memberBlocksSet', 'status earningBlocked spendingBlocked');

const sharing = (brand: string, granted = true) => ({
  purpose: 'PARTNER_SHARING',
  granted,
  partnerId: partnerId(brand),
});

test('a profile changes where it was told to, and nowhere else', async () => {
  const memberId = await world.enrolled({
    profile: {
      givenName: 'Jane',
      birthday: '1990-05-17',
      attributes: [
        { name: 'favouriteShop', value: 'Dover' },
        { name: 'householdSize', value: '3' },
      ],
    },
  });

  const { member: changed } = await update(member(uuidOf(memberId)), {
    memberId,
    profile: {
      familyName: ' Doe ',
      birthday: null,
      attributes: [
        { name: 'favouriteShop', value: null },
        { name: 'ecoPackaging', value: 'true' },
      ],
    },
  });

  expect(changed).toEqual({
    id: memberId,
    displayName: 'Jane Doe',
    profile: {
      givenName: 'Jane',
      familyName: 'Doe',
      birthday: null,
      attributes: [
        { name: 'ecoPackaging', value: 'true' },
        { name: 'householdSize', value: '3' },
      ],
    },
  });
});

test('a refused attribute changes nothing of the profile', async () => {
  const memberId = await world.enrolled({ profile: { givenName: 'Jane' } });

  const refused = await update(operator, {
    memberId,
    profile: { givenName: 'Eve', attributes: [{ name: 'householdSize', value: 'many' }] },
  });
  const after = await update(operator, { memberId, profile: {} });

  expect(refused.userErrors).toEqual([{ code: 'ATTRIBUTE_INVALID', field: ['profile', 'attributes', '0', 'value'] }]);
  expect(after.member).toMatchObject({ displayName: 'Jane' });
});

test('only the member, operators, and partners with which it shares its data change a member', async () => {
  const memberId = await world.enrolled({ consents: [sharing(NORTHSIDE)] });
  const other = await world.enrolled();
  await world.ask(till(HARBOUR), 'mutation ($i: MemberEnrollInput!) { memberEnroll(input: $i) { existing } }', {
    i: { identifiers: [{ kind: 'EMAIL', value: await emailOf(memberId) }] },
  });
  const viewers: [Viewer, boolean][] = [
    [operator, true],
    [member(uuidOf(memberId)), true],
    [member(uuidOf(other)), false],
    [till(NORTHSIDE), true],
    [partner(NORTHSIDE), true],
    [till(HARBOUR), false],
    [partner(HARBOUR), false],
  ];
  const before = await world.counts();

  for (const [viewer, may] of viewers) {
    const name = randomUUID();
    const answers = [
      await update(viewer, { memberId, profile: { givenName: name } }),
      await consentSet(viewer, { memberId, purpose: 'PROFILING', granted: true }),
    ];
    const [row] = await world.query<{ given_name: string }>('select given_name from profile where member_id = $1', [
      uuidOf(memberId),
    ]);

    const errors = may ? [] : [{ code: 'MEMBER_UNKNOWN', field: ['memberId'] }];
    expect(answers.map(({ userErrors }) => userErrors)).toEqual([errors, errors]);
    expect(answers.map((answer) => answer.member?.['id'] ?? null)).toEqual(may ? [memberId, memberId] : [null, null]);
    expect(row!.given_name === name).toBe(may);
  }
  const decisions = viewers.filter(([, may]) => may).length;
  expect(await world.counts()).toEqual({ ...before, consent_decision: before['consent_decision']! + decisions });
});

async function emailOf(memberId: string): Promise<string> {
  const [row] = await world.query<{ value: string }>(
    `select value from identifier where kind = 'EMAIL' and member_id = $1`,
    [uuidOf(memberId)],
  );
  return row!.value;
}

test('a partner that only knows a member cannot give itself its consent', async () => {
  const { member: known } = await world.enroll(till(NORTHSIDE), {
    identifiers: [{ kind: 'EXTERNAL', value: randomUUID() }],
  });

  const refused = await consentSet(partner(NORTHSIDE), { memberId: known!.id, ...sharing(NORTHSIDE) });

  expect(refused).toEqual({
    member: null,
    replayed: false,
    userErrors: [{ code: 'MEMBER_UNKNOWN', field: ['memberId'] }],
  });
});

test('consents have a current state for each purpose and partner, and a history of every decision', async () => {
  const memberId = await world.enrolled({
    consents: [{ purpose: 'MARKETING_EMAIL', granted: true, termsVersion: '1' }],
  });
  const self = member(uuidOf(memberId));

  await consentSet(self, { memberId, ...sharing(NORTHSIDE), termsVersion: '2' });
  await consentSet(operator, { memberId, ...sharing(HARBOUR), termsVersion: '2' });
  await consentSet(self, { memberId, purpose: 'MARKETING_EMAIL', granted: false, termsVersion: '2' });
  const { member: now } = await consentSet(self, { memberId, ...sharing(HARBOUR, false) });

  const consents = now!['consents'] as unknown[];
  expect(consents).toHaveLength(3);
  expect(consents).toEqual(
    expect.arrayContaining([
      { purpose: 'MARKETING_EMAIL', granted: false, partner: null, termsVersion: '2', source: 'MEMBER' },
      {
        purpose: 'PARTNER_SHARING',
        granted: true,
        partner: { id: partnerId(NORTHSIDE) },
        termsVersion: '2',
        source: 'MEMBER',
      },
      {
        purpose: 'PARTNER_SHARING',
        granted: false,
        partner: { id: partnerId(HARBOUR) },
        termsVersion: null,
        source: 'MEMBER',
      },
    ]),
  );
  const history = async (after: string | null) =>
    only<{ consentHistory: { nodes: { granted: boolean }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } }>(
      await world.ask(
        self,
        `query ($id: ID!, $after: String) { member(id: $id) { consentHistory(first: 3, after: $after) {
           nodes { purpose granted source } pageInfo { hasNextPage endCursor } } } }`,
        { id: memberId, after },
      ),
    ).consentHistory;
  const first = await history(null);
  const second = await history(first.pageInfo.endCursor);
  expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
  expect([...first.nodes, ...second.nodes]).toEqual([
    { purpose: 'PARTNER_SHARING', granted: false, source: 'MEMBER' },
    { purpose: 'MARKETING_EMAIL', granted: false, source: 'MEMBER' },
    { purpose: 'PARTNER_SHARING', granted: true, source: 'OPERATOR' },
    { purpose: 'PARTNER_SHARING', granted: true, source: 'MEMBER' },
    { purpose: 'MARKETING_EMAIL', granted: true, source: 'OPERATOR' },
  ]);
});

test.each([
  [{ purpose: 'PARTNER_SHARING', granted: true }, 'CONSENT_INVALID', ['partnerId']],
  [{ purpose: 'PROFILING', granted: true, partnerId: partnerId(NORTHSIDE) }, 'CONSENT_INVALID', ['partnerId']],
  [{ purpose: 'PROFILING', granted: true, termsVersion: ' ' }, 'CONSENT_INVALID', ['termsVersion']],
  [sharing(randomUUID()), 'PARTNER_UNKNOWN', ['partnerId']],
])('the consent %j is refused', async (decision, code, field) => {
  const memberId = await world.enrolled();
  const before = await world.counts();

  const refused = await consentSet(operator, { memberId, ...decision });

  expect(refused).toEqual({ member: null, replayed: false, userErrors: [{ code, field }] });
  expect(await world.counts()).toEqual(before);
});

test('a consent to a partner whose event is still on its way is recorded after asking for it', async () => {
  const memberId = await world.enrolled();
  const young = randomUUID();
  world.peers.partners.answer = ({ variables }) => ({ partnersByIds: variables['ids'] });

  const { userErrors } = await consentSet(operator, { memberId, ...sharing(young) });
  world.peers.partners.answer = () => ({ partnersByIds: [null] });

  expect(userErrors).toEqual([]);
  expect(world.peers.partners.asked.at(-1)!.variables).toEqual({ ids: [partnerId(young)] });
});

test('history cannot be changed, by nobody', async () => {
  await world.enrolled({ consents: [{ purpose: 'PROFILING', granted: true }] });

  await expect(world.query('update consent_decision set granted = false')).rejects.toThrow('history is appended to');
  await expect(world.query('delete from consent_decision')).rejects.toThrow('history is appended to');
});

test('status and blocks are told as they are, in their order, and remembered with reason and actor', async () => {
  const memberId = await world.enrolled();
  const id = uuidOf(memberId);

  await statusSet(operator, { memberId, status: 'SUSPENDED', reason: 'card stolen' });
  await blocksSet(operator, { memberId, spendingBlocked: true, reason: 'under review' });
  await blocksSet(operator, { memberId, earningBlocked: true, spendingBlocked: false, reason: 'cleared' });
  const { member: now } = await statusSet(operator, { memberId, status: 'ACTIVE', reason: 'card back' });

  expect(now).toEqual({ id: memberId, status: 'ACTIVE', earningBlocked: true, spendingBlocked: false });
  expect(await world.told(memberId)).toEqual([
    { sequence: 1, memberId: id, status: 'ACTIVE', earningBlocked: false, spendingBlocked: false },
    { sequence: 2, memberId: id, status: 'SUSPENDED', earningBlocked: false, spendingBlocked: false },
    { sequence: 3, memberId: id, status: 'SUSPENDED', earningBlocked: false, spendingBlocked: true },
    { sequence: 4, memberId: id, status: 'SUSPENDED', earningBlocked: true, spendingBlocked: false },
    { sequence: 5, memberId: id, status: 'ACTIVE', earningBlocked: true, spendingBlocked: false },
  ]);
  const history = await world.ask(
    operator,
    `query ($id: ID!) { member(id: $id) { statusHistory(first: 2) { nodes { status reason changedBy } } } }`,
    { id: memberId },
  );
  expect(only(history)).toEqual({
    statusHistory: {
      nodes: [
        { status: 'ACTIVE', reason: 'card back', changedBy: 'key:operator' },
        { status: 'SUSPENDED', reason: 'cleared', changedBy: 'key:operator' },
      ],
    },
  });
});

test('what is as it was asked for is neither remembered nor told', async () => {
  const memberId = await world.enrolled();
  const before = await world.counts();

  const same = await statusSet(operator, { memberId, status: 'ACTIVE', reason: 'to be sure' });

  expect(same.userErrors).toEqual([]);
  expect(await world.counts()).toEqual(before);
});

test('ten changes at once are told in ten growing sequences', async () => {
  const memberId = await world.enrolled();

  await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      blocksSet(operator, {
        memberId,
        earningBlocked: index % 2 === 0,
        spendingBlocked: index % 3 === 0,
        reason: 'race',
      }),
    ),
  );

  const told = await world.told(memberId);
  expect(told.map(({ sequence }) => sequence)).toEqual(told.map((_, index) => index + 1));
  const [row] = await world.query<{ version: number }>('select version from member where id = $1', [uuidOf(memberId)]);
  expect(told).toHaveLength(row!.version);
});

test('a status needs a reason, a member that exists, the scope, and an operator', async () => {
  const memberId = await world.enrolled();
  const before = await world.counts();
  const ask = (viewer: Viewer) =>
    world.ask(viewer, 'mutation ($i: MemberStatusSetInput!) { memberStatusSet(input: $i) { replayed } }', {
      i: { memberId, status: 'CLOSED', reason: 'asked to' },
    });

  const blank = await statusSet(operator, { memberId, status: 'CLOSED', reason: '  ' });
  const unknown = await statusSet(operator, { memberId: 'mbr_nobody', status: 'CLOSED', reason: 'asked to' });
  const others = await Promise.all(
    [{ ...operator, scopes: ['members:write'] }, till(NORTHSIDE), partner(NORTHSIDE), member(uuidOf(memberId))].map(
      ask,
    ),
  );

  expect(blank.userErrors).toEqual([{ code: 'REASON_INVALID', field: ['reason'] }]);
  expect(unknown.userErrors).toEqual([{ code: 'MEMBER_UNKNOWN', field: ['memberId'] }]);
  expect(others.map(({ errors }) => errors?.[0]?.extensions.code)).toEqual(Array(4).fill('FORBIDDEN'));
  expect(await world.counts()).toEqual(before);
});

test('a key makes each change once', async () => {
  const memberId = await world.enrolled();
  const input = { memberId, purpose: 'PROFILING', granted: true, idempotencyKey: randomUUID() };
  const before = await world.count('consent_decision');

  const first = await consentSet(operator, input);
  const again = await consentSet(operator, input);
  const other = await consentSet(operator, { ...input, granted: false });

  expect(again).toEqual({ ...first, replayed: true });
  expect(other.userErrors).toEqual([{ code: 'IDEMPOTENCY_KEY_REUSED', field: ['idempotencyKey'] }]);
  expect(await world.count('consent_decision')).toBe(before + 1);
});
