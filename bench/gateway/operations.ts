// What is asked: each operation with variables of its own for each request, and its plan by hand, for the proxy and for
// the one subgraph that is asked directly.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RoomName } from '../../subgraphs/shared/config.ts';
import { packageRoot } from '../../subgraphs/shared/package-root.ts';

export type Variables = Record<string, unknown>;

/** What there is to ask for. */
export interface World {
  memberIds: string[];
  /** Where pages of members begin; null: with the first. */
  cursors: (string | null)[];
  /** Of who asks. */
  key: string;
}

/** The fetches of a plan: one at the root, then one for each room with the members that the root gave. */
export interface HandPlan {
  /** Each member begins with `__typename id`. */
  root: { room: RoomName; query: string };
  /** Fields of `Member`; the first is what one subgraph is asked directly. */
  entities: { room: RoomName; fields: string }[];
  /** Ids of the members that the root gave. */
  members(data: unknown): string[];
}

export interface Operation {
  query: string;
  variables(world: World): Variables[];
}

export interface PlannedOperation extends Operation {
  plan: HandPlan;
}

/** So many different requests, taken in turn: of 32 under way no two are the same. */
const VARIANTS = 64;
const PAGE = 50;

const ofMembers = ({ memberIds }: World): Variables[] => memberIds.slice(0, VARIANTS).map((id) => ({ id }));
const ofPages = ({ cursors }: World): Variables[] => cursors.slice(0, VARIANTS).map((after) => ({ after }));

const COCKPIT_POINTS = `
  tier { code name startedAt endsAt progress { metric current required nextTier { code name } } benefits { kind code value } }
  wallets { currency { code name decimals spendable } available pending held deficit nextExpiry { expiresOn amount } }
  ledger(first: 10) {
    edges { cursor node { id kind amount currency { code } occurredAt postedAt lot { expiresAt } runningBalance explanation { summary } } }
    pageInfo { hasNextPage endCursor }
  }`;
const COCKPIT_REWARDS = `
  offers(first: 20) {
    nodes {
      reward { id code name kind partner { id name } }
      price { points { currency { code } amount } money { amount currencyCode } }
      available
      unavailableReasons { code message missingPoints }
    }
  }
  redemptions(first: 5) { nodes { id state requestedAt vouchers { code state expiresAt } reward { code name } } }`;

const oneMember = (data: unknown): string[] => [(data as { member: { id: string } }).member.id];
const onePage = (data: unknown): string[] =>
  (data as { members: { nodes: { id: string }[] } }).members.nodes.map(({ id }) => id);

const cockpit = (): PlannedOperation => ({
  query: readFileSync(join(packageRoot(), 'schema/contract/frontend/MemberCockpit.graphql'), 'utf8'),
  variables: ofMembers,
  plan: {
    root: {
      room: 'members',
      query: `query ($id: ID!) {
        member(id: $id) {
          __typename id status displayName cardNumber enrolledAt consents { purpose partner { id } granted decidedAt }
        }
      }`,
    },
    entities: [
      { room: 'points', fields: COCKPIT_POINTS },
      { room: 'rewards', fields: COCKPIT_REWARDS },
      {
        room: 'referrals',
        fields: 'referralCode { code link } referralSummary { attributed qualified rewarded pointsEarned }',
      },
    ],
    members: oneMember,
  },
});

const PAGE_MEMBERS = 'displayName status enrolledAt';
const PAGE_POINTS = `
  tier { code name startedAt progress { metric current required } }
  wallets { currency { code name decimals } available pending held nextExpiry { expiresOn amount } }`;
const PAGE_REWARDS = `
  offers(first: 5) {
    nodes {
      reward { id code name kind }
      price { points { currency { code } amount } }
      available
      unavailableReasons { code missingPoints }
    }
  }`;
const membersPage = (nodes: string) => `query MembersPage($after: String) {
  members(first: ${PAGE}, after: $after) { nodes { ${nodes} } pageInfo { hasNextPage endCursor } }
}`;

const SINGLE = 'query MemberCard($id: ID!) { member(id: $id) { id status displayName cardNumber enrolledAt } }';

/** Those that all gateways are measured with. */
export const OPERATIONS: Record<string, PlannedOperation> = {
  cockpit: cockpit(),
  'members-page': {
    query: membersPage(`id ${PAGE_MEMBERS} ${PAGE_POINTS} ${PAGE_REWARDS}`),
    variables: ofPages,
    plan: {
      root: { room: 'members', query: membersPage(`__typename id ${PAGE_MEMBERS}`) },
      entities: [
        { room: 'points', fields: PAGE_POINTS },
        { room: 'rewards', fields: PAGE_REWARDS },
      ],
      members: onePage,
    },
  },
  single: {
    query: SINGLE,
    variables: ofMembers,
    plan: { root: { room: 'members', query: SINGLE }, entities: [], members: oneMember },
  },
};

/** So many entities, in two rooms. */
export const SIZES: Record<string, Operation> = Object.fromEntries(
  [1, 10, 100, 1_000].map((entities) => [
    `entities-${entities}`,
    {
      query: `{ members(first: ${entities}) { nodes { id displayName tier { code name } wallets { available } } } }`,
      variables: () => [{}],
    },
  ]),
);

const ROOMS_FIELDS = [
  'id displayName',
  'tier { code name }',
  'referralCode { code }',
  'redemptions(first: 1) { nodes { id state } }',
  'consents { partner { id name } }',
];

/** One member out of so many rooms. */
export const SPREADS: Record<string, Operation> = Object.fromEntries(
  ROOMS_FIELDS.map((_, index) => [
    `subgraphs-${index + 1}`,
    {
      query: `query Spread($id: ID!) { member(id: $id) { ${ROOMS_FIELDS.slice(0, index + 1).join(' ')} } }`,
      variables: ofMembers,
    },
  ]),
);

/** A document that no gateway has seen. */
export const unseen = (index: number): string =>
  OPERATIONS['cockpit']!.query.replace('  member(', `  unseen${index}: member(`);

export const entityQuery = (fields: string): string =>
  `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Member { __typename ${fields} } } }`;

export const requestBody = (query: string, variables: Variables): string => JSON.stringify({ query, variables });
