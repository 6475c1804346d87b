// Who sees what of referrals, by every way in, and that a page of members costs a fixed number of statements.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { encodeId, newId } from '../../subgraphs/shared/id.ts';
import type { Viewer } from '../../subgraphs/shared/viewer.ts';
import { inSpace, member, operator, partner, roomViewer, till } from '../support/viewer.ts';
import { enrolled, mbr, only, recorded, referralsWorld, type Standing } from './world.ts';

const [KNOWING, STRANGE] = [newId(), newId()];
const NEW_SUBJECT = 'enrolled-just-now';
let own = '';
const world = await referralsWorld(({ query, variables }) =>
  query.includes('memberIdBySubject')
    ? { memberIdBySubject: variables['subject'] === NEW_SUBJECT ? own : null }
    : {
        membersKnown: (variables['memberIds'] as string[]).map(
          () => variables['partnerId'] === encodeId('ptn', KNOWING),
        ),
      },
);
afterAll(() => world.close());

let pair: { referrer: string; referee: string };
let referral: string;
beforeAll(async () => {
  pair = await world.pair();
  own = mbr(pair.referrer);
  const [standing] = (await world.of(pair.referee)) as [Standing];
  referral = standing.id;
});

const here = (viewer: Viewer) => inSpace('sandbox', viewer);
const viewers = (): Record<string, Viewer> => ({
  referrer: here(member(pair.referrer)),
  'referrer, enrolled just now': here(member(undefined, NEW_SUBJECT)),
  referee: here(member(pair.referee)),
  'another member': here(member(newId())),
  'nobody yet': here(member()),
  operator: here(operator),
  'operator without scopes': here({ ...operator, scopes: [] }),
  'till that knows the member': here(till(KNOWING)),
  'till that does not': here(till(STRANGE)),
  'partner that knows the member': here(partner(KNOWING)),
  'partner without scopes': here(partner(KNOWING, [])),
  room: roomViewer('points', 'sandbox'),
});

const OF_REFERRAL = 'id state referrer { id } referee { id }';
const OF_MEMBER = `id referralCode { code } referralSummary { attributed } referrals(first: 5) { nodes { ${OF_REFERRAL} } }`;

async function looks(viewer: Viewer) {
  const query = `query ($referral: ID!, $keys: [_Any!]!) {
    referral(id: $referral) { ${OF_REFERRAL} }
    _entities(representations: $keys) { ... on Referral { ${OF_REFERRAL} } ... on Member { ${OF_MEMBER} } }
  }`;
  const { data, errors } = await world.ask(viewer, query, {
    referral,
    keys: [
      { __typename: 'Referral', id: referral },
      { __typename: 'Member', id: mbr(pair.referrer) },
    ],
  });
  const [entity, referrer] = (data?.['_entities'] ?? []) as unknown[];
  return {
    referral: data?.['referral'] ?? null,
    entity,
    referrer,
    forbidden: errors?.map(({ extensions }) => extensions.code),
  };
}

describe('what is seen of a referral and of its referrer', () => {
  const shown = (sides: ('referrer' | 'referee')[]) => ({
    id: referral,
    state: 'REGISTERED',
    referrer: sides.includes('referrer') ? { id: mbr(pair.referrer) } : null,
    referee: sides.includes('referee') ? { id: mbr(pair.referee) } : null,
  });
  const nothing = { referral: null, entity: null, referrer: null, forbidden: undefined };
  const inside = async (...sides: ('referrer' | 'referee')[]) => ({
    referral: shown(sides),
    entity: shown(sides),
    referrer: {
      id: mbr(pair.referrer),
      referralCode: { code: await world.code(pair.referrer) },
      referralSummary: { attributed: 1 },
      referrals: { nodes: [shown(sides)] },
    },
    forbidden: undefined,
  });
  const codeOnly = async () => ({
    ...nothing,
    referrer: {
      id: mbr(pair.referrer),
      referralCode: { code: await world.code(pair.referrer) },
      referralSummary: null,
      referrals: null,
    },
  });

  test.each([
    ['referrer', () => inside('referrer')],
    ['referrer, enrolled just now', () => inside('referrer')],
    ['referee', async () => ({ ...nothing, referral: shown(['referee']), entity: shown(['referee']) })],
    ['another member', async () => nothing],
    ['nobody yet', async () => nothing],
    ['operator', () => inside('referrer', 'referee')],
    ['operator without scopes', async () => ({ ...nothing, forbidden: ['FORBIDDEN'] })],
    ['till that knows the member', codeOnly],
    ['till that does not', async () => nothing],
    ['partner that knows the member', codeOnly],
    ['partner without scopes', async () => nothing],
    ['room', async () => nothing],
  ])('by: %s', async (viewer, expected) => {
    expect(await looks(viewers()[viewer]!)).toEqual(await expected());
  });

  test('in another space it is not there', async () => {
    expect(await looks(operator)).toMatchObject({ referral: null, entity: null });
  });

  test('an id of another kind finds nothing', async () => {
    const query = 'query ($id: ID!) { referral(id: $id) { id } }';

    for (const id of ['', 'ref_', mbr(pair.referrer), `${referral}0`]) {
      expect(only(await world.ask(here(operator), query, { id }))).toBeNull();
    }
  });

  test.each(['till that knows the member', 'partner that knows the member'])(
    'codes are not changed by: %s',
    async (viewer) => {
      const { errors } = await world.ask(
        viewers()[viewer]!,
        'mutation ($input: ReferralCodeChangeInput!) { referralCodeChange(input: $input) { replayed } }',
        { input: { memberId: mbr(pair.referrer), code: 'MALLORY' } },
      );

      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
    },
  );
});

describe('lists', () => {
  const brought: string[] = [];
  let referrer: string;
  beforeAll(async () => {
    referrer = newId();
    const code = await world.code(referrer);
    for (let count = 0; count < 25; count += 1) {
      const referee = newId();
      await world.hear(enrolled(referee, code));
      brought.unshift((await world.of(referee))[0]!.id);
    }
  });

  const PAGE = `query ($keys: [_Any!]!, $first: Int, $after: String) {
    _entities(representations: $keys) { ... on Member {
      id referralCode { code } referralSummary { attributed pointsEarned }
      referrals(first: $first, after: $after) { nodes { ${OF_REFERRAL} } edges { cursor } pageInfo { hasNextPage endCursor } }
    } }
  }`;
  interface Page {
    referrals: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
  }

  test('page newest first, each referral once', async () => {
    const found: string[] = [];
    let after: string | null = null;
    for (;;) {
      const [{ referrals }]: [Page] = only(
        await world.ask(here(operator), PAGE, {
          keys: [{ __typename: 'Member', id: mbr(referrer) }],
          first: 10,
          after,
        }),
      );
      found.push(...referrals.nodes.map(({ id }) => id));
      if (!referrals.pageInfo.hasNextPage) break;
      after = referrals.pageInfo.endCursor;
    }

    expect(found).toEqual(brought);
  });

  test.each([
    [0, 'FIRST_INVALID', null],
    [101, 'FIRST_INVALID', null],
    [5, 'CURSOR_INVALID', 'bm90IGEgY3Vyc29y'],
  ])('of %s are a bad request when they cannot be: %s', async (first, _, after) => {
    const { errors } = await world.ask(here(operator), PAGE, {
      keys: [{ __typename: 'Member', id: mbr(referrer) }],
      first,
      after,
    });

    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  });

  const statementsFor = async (members: string[], viewer: Viewer) => {
    world.statements.length = 0;
    only(
      await world.ask(viewer, PAGE, { keys: members.map((id) => ({ __typename: 'Member', id: mbr(id) })), first: 5 }),
    );
    return world.statements.length;
  };

  test('a page of fifty members with codes, summaries and referrals costs what one member costs: four statements', async () => {
    const members = [referrer, pair.referrer, ...Array.from({ length: 48 }, newId)];
    await world.hear(...members.slice(2).map((id) => recorded(id, '10', '2026-03-01T10:00:00Z')));

    const first = await statementsFor(members, here(operator));
    const fifty = await statementsFor(members, here(operator));
    const one = await statementsFor([referrer], here(operator));

    expect([one, fifty]).toEqual([4, 4]);
    // The first look at forty-eight codes makes them, in one go.
    expect(first).toBe(6);
  });

  test('a till asks members once for fifty', async () => {
    world.peers.members.asked.length = 0;

    await statementsFor(Array.from({ length: 50 }, newId), here(till(KNOWING)));

    expect(world.peers.members.asked).toHaveLength(1);
  });
});
