// Who sees what of a member, by every way in: one table over every kind of viewer.
import { afterAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Viewer } from '../../subgraphs/shared/viewer.ts';
import { anonymous, inSpace, member, operator, partner, roomViewer, till } from '../support/viewer.ts';
import { HARBOUR, membersWorld, newEmail, NORTHSIDE, only, partnerId, uuidOf } from './world.ts';

const world = await membersWorld();
afterAll(() => world.close());

const email = newEmail();
const profile = {
  givenName: 'Jane',
  familyName: 'Doe',
  birthday: '1990-05-17',
  locale: 'en-GB',
  country: 'GB',
  preferredChannel: 'SMS',
  attributes: [{ name: 'favouriteShop', value: 'Dover' }],
};
const identifiers = [{ kind: 'EMAIL', value: email }];
const sharing = (brand: string, granted = true) => ({
  purpose: 'PARTNER_SHARING',
  granted,
  partnerId: partnerId(brand),
});

// Enrolled at a till of Northside; agrees to profiling.
const subject = member();
const card = (
  await world.enroll(till(NORTHSIDE), { identifiers, profile, consents: [{ purpose: 'PROFILING', granted: true }] })
).member!;
await world.query(`insert into identifier (id, member_id, kind, namespace, value) values ($1, $2, 'SUBJECT', $3, $4)`, [
  randomUUID(),
  uuidOf(card.id),
  subject.subject!.issuer,
  subject.subject!.subject,
]);

const FIELDS = `id status displayName cardNumber enrolledAt earningBlocked spendingBlocked
  profile { givenName familyName birthday locale country preferredChannel attributes { name value } }
  identifiers { kind value partner { id } }
  consents { purpose granted source recordedBy termsVersion partner { id } }
  consentHistory { nodes { purpose granted } } statusHistory { nodes { status } }`;

/** The same member by every way in; each answer null when it is not shown. */
async function looks(viewer: Viewer): Promise<Record<string, unknown>[]> {
  const query = `query ($id: ID!, $identifier: MemberIdentifierInput!, $keys: [_Any!]!) {
    entities: _entities(representations: $keys) { ... on Member { ${FIELDS} } }
    member(id: $id) { ${FIELDS} }
    identified: memberByIdentifier(identifier: $identifier) { ${FIELDS} }
  }`;
  const { data, errors } = await world.ask(viewer, query, {
    id: card.id,
    identifier: identifiers[0],
    keys: [{ __typename: 'Member', id: card.id }],
  });
  expect(errors).toBeUndefined();
  const { entities, member: byId, identified } = data as { entities: unknown[]; member: unknown; identified: unknown };
  return [entities[0], byId, identified] as Record<string, unknown>[];
}

const PRESENCE = { id: card.id, status: 'ACTIVE', enrolledAt: expect.any(String) };
const HIDDEN = {
  displayName: null,
  cardNumber: null,
  earningBlocked: null,
  spendingBlocked: null,
  profile: null,
  identifiers: null,
  consents: null,
  consentHistory: null,
  statusHistory: null,
};
const PERSON = { displayName: 'Jane Doe', cardNumber: card.cardNumber, profile };
const PROFILING = { purpose: 'PROFILING', granted: true, source: 'TILL', termsVersion: null, partner: null };
const EVERYTHING = {
  ...PRESENCE,
  ...PERSON,
  earningBlocked: false,
  spendingBlocked: false,
  identifiers: expect.arrayContaining([
    { kind: 'CARD', value: card.cardNumber, partner: null },
    { kind: 'EMAIL', value: email, partner: null },
  ]),
};

test.each([
  ['the member itself', member(uuidOf(card.id))],
  ['the member itself, by its subject', subject],
])('%s sees everything but what staff wrote of it', async (_, viewer) => {
  const seen = {
    ...EVERYTHING,
    consents: [{ ...PROFILING, recordedBy: null }],
    consentHistory: { nodes: [{ purpose: 'PROFILING', granted: true }] },
    statusHistory: null,
  };

  expect(await looks(viewer)).toEqual([seen, seen, seen]);
  expect(only(await world.ask(viewer, `{ me { ${FIELDS} } }`))).toEqual(seen);
});

test('an operator sees everything', async () => {
  const seen = {
    ...EVERYTHING,
    consents: [{ ...PROFILING, recordedBy: `key:till:${NORTHSIDE}` }],
    consentHistory: { nodes: [{ purpose: 'PROFILING', granted: true }] },
    statusHistory: { nodes: [] },
  };

  expect(await looks(operator)).toEqual([seen, seen, seen]);
  expect(only(await world.ask(operator, `{ members { nodes { ${FIELDS} } } }`))).toEqual({ nodes: [seen] });
});

test.each([
  ['till', till(NORTHSIDE)],
  ['partner', partner(NORTHSIDE)],
])('a %s of the partner that enrolled the member sees its presence and its card', async (_, viewer) => {
  const seen = { ...PRESENCE, ...HIDDEN, cardNumber: card.cardNumber };

  expect(await looks(viewer)).toEqual([seen, seen, seen]);
});

test.each([
  ['till', till],
  ['partner', partner],
])(
  'a %s of another partner sees nothing until an identifier is presented to it, then the presence',
  async (_, kind) => {
    const viewer = kind(randomUUID());
    const seen = { ...PRESENCE, ...HIDDEN };
    const unseen = only(await world.ask(viewer, `query ($id: ID!) { member(id: $id) { id } }`, { id: card.id }));
    const entity = await world.ask(
      viewer,
      `query ($k: [_Any!]!) { _entities(representations: $k) { ... on Member { id } } }`,
      {
        k: [{ __typename: 'Member', id: card.id }],
      },
    );

    const identified = only(
      await world.ask(
        viewer,
        `query ($i: MemberIdentifierInput!) { memberByIdentifier(identifier: $i) { ${FIELDS} } }`,
        {
          i: identifiers[0],
        },
      ),
    );

    expect(unseen).toBeNull();
    expect(only(entity)).toEqual([null]);
    expect(identified).toEqual(seen);
    expect(await looks(viewer)).toEqual([seen, seen, seen]);
  },
);

test.each([
  ['till', till(HARBOUR)],
  ['partner', partner(HARBOUR)],
])(
  'a %s sees the person, and the consent about its partner only, while the member shares its data with it',
  async (_, viewer) => {
    const set = `mutation ($input: MemberConsentSetInput!) { memberConsentSet(input: $input) { userErrors { code } } }`;
    const decide = (granted: boolean) =>
      world.ask(operator, set, { input: { memberId: card.id, ...sharing(HARBOUR, granted), termsVersion: '7' } });
    const list = async () =>
      only<{ nodes: unknown[] } | null>(await world.ask(viewer, `{ members { nodes { ${FIELDS} } } }`))?.nodes ?? null;
    const consent = { source: 'OPERATOR', recordedBy: null, termsVersion: '7', partner: { id: partnerId(HARBOUR) } };

    await decide(true);
    const shared = await looks(viewer);
    const listed = await list();
    await decide(false);
    const withdrawn = await looks(viewer);
    const listedAfter = await list();

    const seen = {
      ...PRESENCE,
      ...HIDDEN,
      ...PERSON,
      consents: [{ purpose: 'PARTNER_SHARING', granted: true, ...consent }],
    };
    expect(shared).toEqual([seen, seen, seen]);
    expect(listed).toEqual(viewer.kind === 'partner' ? [seen] : null);
    expect(withdrawn).toEqual(Array.from({ length: 3 }, () => ({ ...PRESENCE, ...HIDDEN })));
    expect(listedAfter).toEqual(viewer.kind === 'partner' ? [] : null);
  },
);

test('another member, and one who is not enrolled, see nothing', async () => {
  const stranger = member(uuidOf(await world.enrolled()));

  expect(await looks(stranger)).toEqual([null, null, null]);
  expect(await looks(member())).toEqual([null, null, null]);
});

test('another room sees no member, only what is asked of it by name', async () => {
  expect(await looks(roomViewer('points', 'live'))).toEqual([null, null, null]);
});

test('a sandbox sees no member of the live space', async () => {
  expect(await looks(inSpace('sandbox', operator))).toEqual([null, null, null]);
});

test('without a credential nothing is answered', async () => {
  expect(await world.ask(anonymous, '{ me { id } }')).toEqual({
    errors: [{ message: 'Send a credential.', extensions: { code: 'UNAUTHENTICATED' } }],
  });
});

test('without the scope a read is forbidden, and an entity is null', async () => {
  const viewer = till(NORTHSIDE, ['purchases:write']);

  const byId = await world.ask(viewer, 'query ($id: ID!) { member(id: $id) { id } }', { id: card.id });
  const entity = await world.ask(
    viewer,
    `query ($k: [_Any!]!) { _entities(representations: $k) { ... on Member { id } } }`,
    {
      k: [{ __typename: 'Member', id: card.id }],
    },
  );

  expect(byId.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  expect(only(entity)).toEqual([null]);
});

test.each(['mbr_', 'nonsense', '', `ptn_${card.id.slice(4)}`, `mbr_${'z'.repeat(26)}`])(
  'the id %j is not found, and no exception',
  async (id) => {
    expect(only(await world.ask(operator, 'query ($id: ID!) { member(id: $id) { id } }', { id }))).toBeNull();
  },
);

test('what rooms ask is forbidden to clients', async () => {
  const { data, errors } = await world.ask(
    operator,
    `query ($ids: [ID!]!) {
       memberIdBySubject(issuer: "i", subject: "s")
       membersKnown(memberIds: $ids, partnerId: "p")
     }`,
    { ids: [card.id] },
  );

  expect(data ?? null).toBeNull();
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
});

test('rooms find members by identifiers in order, and whom they find is known to the partner', async () => {
  const asker = roomViewer('points', 'live');
  const newcomer = randomUUID();
  const known = async (asked: string) =>
    only(
      await world.ask(asker, `query ($m: [ID!]!, $p: ID!) { membersKnown(memberIds: $m, partnerId: $p) }`, {
        m: [card.id, 'nonsense', other],
        p: asked,
      }),
    );
  const other = await world.enrolled();
  const before = await known(partnerId(newcomer));

  const found = await world.ask(
    asker,
    `query ($i: [MemberIdentifierInput!]!, $p: ID) { memberIdsByIdentifier(identifiers: $i, partnerId: $p) }`,
    {
      i: [
        { kind: 'EMAIL', value: 'nobody@example.com' },
        { kind: 'EMAIL', value: ` ${email.toUpperCase()}` },
        { kind: 'PHONE', value: 'nonsense' },
        { kind: 'CARD', value: card.cardNumber },
      ],
      p: partnerId(newcomer),
    },
  );

  expect(only(found)).toEqual([null, card.id, null, card.id]);
  expect(before).toEqual([false, false, false]);
  expect(await known(partnerId(newcomer))).toEqual([true, false, false]);
  expect(await known(partnerId(NORTHSIDE))).toEqual([true, false, false]);
  expect(await known('nonsense')).toEqual([false, false, false]);
});

test('rooms find the member of a subject', async () => {
  const ask = async (issuer: string, name: string) =>
    only(
      await world.ask(
        roomViewer('gateway', 'live'),
        'query ($i: String!, $s: String!) { memberIdBySubject(issuer: $i, subject: $s) }',
        { i: issuer, s: name },
      ),
    );
  const { issuer, subject: name } = subject.subject!;

  expect(await ask(issuer, name)).toBe(card.id);
  expect(await ask('https://other.test', name)).toBeNull();
});

test('a room that names a partner wrongly is told so, and nobody becomes known', async () => {
  const before = await world.counts();

  const { errors } = await world.ask(
    roomViewer('points', 'live'),
    'query ($i: [MemberIdentifierInput!]!, $p: ID) { memberIdsByIdentifier(identifiers: $i, partnerId: $p) }',
    { i: identifiers, p: NORTHSIDE },
  );

  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(await world.counts()).toEqual(before);
});
