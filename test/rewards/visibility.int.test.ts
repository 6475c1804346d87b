// S7 and P5: who sees what of rewards, in one table over every kind of client and every way in.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { encodeId } from '../../subgraphs/shared/id.ts';
import { SCOPES, type Viewer } from '../../subgraphs/shared/viewer.ts';
import { anonymous, inSpace, member, operator, partner, roomViewer, till } from '../support/viewer.ts';
import { CREATE, HARBOUR, key, NORTH, only, REDEEM, rewardsWorld, self, type RewardsWorld } from './room.ts';

let world: RewardsWorld;
/** Of harbour: seen, and not seen yet. */
let shown: string;
let hidden: string;
let memberId: string;
let strangerId: string;
/** The member took harbour's coffee by itself. */
let redemptionId: string;
let voucherId: string;

beforeAll(async () => {
  world = await rewardsWorld();
  shown = await world.rewardId('coffee');
  hidden = await world.rewardId(
    await world.offer({ partnerId: encodeId('ptn', HARBOUR), visible: { from: '2999-01-01T00:00:00Z' } }),
  );
  memberId = world.someone(1000);
  strangerId = world.someone(1000);
  world.strangers.add(strangerId);
  const redemption = only(
    await world.ask(self(memberId), REDEEM, { input: { idempotencyKey: key(), memberId, rewardId: shown } }),
  ).redemption;
  redemptionId = redemption.id;
  voucherId = redemption.vouchers[0].id;
});
afterAll(() => world.close());

const ENTITY = `query ($r: [_Any!]!) { _entities(representations: $r) {
  ... on Reward { code } ... on Redemption { taken: state } ... on Voucher { stands: state secret: code }
  ... on Member { offers { nodes { available } } redemptions { nodes { state } } } ... on Partner { rewards { nodes { code } } } } }`;

/** `seen`, `none`, or the code of the error. */
async function look(viewer: Viewer, document: string, variables: Record<string, unknown>): Promise<string> {
  const { data, errors } = await world.ask(viewer, document, variables);
  if (errors !== undefined) return errors[0]!.extensions.code;
  const leaves: unknown[] = [];
  const walk = (value: unknown): void => {
    if (value !== null && typeof value === 'object') Object.values(value).forEach(walk);
    else if (value !== null) leaves.push(value);
  };
  walk(data);
  return leaves.length > 0 ? 'seen' : 'none';
}

const entity = (viewer: Viewer, __typename: string, id: string) => look(viewer, ENTITY, { r: [{ __typename, id }] });

async function everything(viewer: Viewer) {
  const root = (field: string, id: string) => look(viewer, `query ($id: ID!) { ${field}(id: $id) { id } }`, { id });
  const { data } = await world.ask(viewer, ENTITY, { r: [{ __typename: 'Voucher', id: voucherId }] });
  const voucher = (data?.['_entities'] as { secret: string | null }[] | undefined)?.[0];
  return {
    catalogue: await look(viewer, '{ rewards { nodes { code } } }', {}),
    shown: await root('reward', shown),
    hidden: await root('reward', hidden),
    Reward: await entity(viewer, 'Reward', shown),
    'Reward hidden': await entity(viewer, 'Reward', hidden),
    redemption: await root('redemption', redemptionId),
    Redemption: await entity(viewer, 'Redemption', redemptionId),
    Voucher: await entity(viewer, 'Voucher', voucherId),
    code: voucher?.secret == null ? 'none' : 'seen',
    Member: await entity(viewer, 'Member', memberId),
    stranger: await entity(viewer, 'Member', strangerId),
    Partner: await entity(viewer, 'Partner', encodeId('ptn', HARBOUR)),
  };
}

type Seen = Awaited<ReturnType<typeof everything>>;
const same = (result: string): Seen => ({
  catalogue: result,
  shown: result,
  hidden: result,
  Reward: result,
  'Reward hidden': result,
  redemption: result,
  Redemption: result,
  Voucher: result,
  code: result,
  Member: result,
  stranger: result,
  Partner: result,
});
const NONE = same('none');
const ALL = same('seen');
const CATALOGUE: Seen = { ...NONE, catalogue: 'seen', shown: 'seen', Reward: 'seen', Partner: 'seen' };
const TRADE: Seen = { ...CATALOGUE, redemption: 'seen', Redemption: 'seen', Voucher: 'seen', Member: 'seen' };
const FORBIDDEN: Seen = {
  ...NONE,
  catalogue: 'FORBIDDEN',
  shown: 'FORBIDDEN',
  hidden: 'FORBIDDEN',
  redemption: 'FORBIDDEN',
};

const CASES: [string, () => Viewer, Seen][] = [
  ['the member itself', () => self(memberId), { ...TRADE, code: 'seen' }],
  ['another member', () => self(strangerId), { ...CATALOGUE, stranger: 'seen' }],
  ['a person who is no member yet', () => member(), CATALOGUE],
  ['a till of the partner', () => till(HARBOUR, ['rewards:read']), TRADE],
  ['a till of another partner', () => till(NORTH, ['rewards:read']), { ...CATALOGUE, Member: 'seen' }],
  ['a till without scopes', () => till(HARBOUR, []), FORBIDDEN],
  ['a partner', () => partner(HARBOUR, [...SCOPES]), { ...TRADE, hidden: 'seen', 'Reward hidden': 'seen' }],
  ['another partner', () => partner(NORTH, [...SCOPES]), { ...CATALOGUE, Member: 'seen' }],
  ['a partner without scopes', () => partner(HARBOUR, []), FORBIDDEN],
  ['an operator', () => operator, ALL],
  ['an operator without scopes', () => ({ ...operator, scopes: [] }), FORBIDDEN],
  ['a room', () => roomViewer('points', 'live'), NONE],
  ['nobody', () => anonymous, { ...same('UNAUTHENTICATED'), code: 'none' }],
];

test.each(CASES)('%s sees what it may', async (_, viewer, expected) => {
  expect(await everything(viewer())).toEqual(expected);
});

test('an operator of another space sees nothing of this one', async () => {
  const seen = await everything(inSpace('sandbox', operator));

  expect(seen).toMatchObject({
    shown: 'none',
    Reward: 'none',
    redemption: 'none',
    Redemption: 'none',
    Voucher: 'none',
  });
});

describe('mutations', () => {
  const TAKE = 'mutation ($input: RewardRedeemInput!) { rewardRedeem(input: $input) { userErrors { code } } }';
  const PRESENT = 'mutation ($input: VouchersPresentInput!) { vouchersPresent(input: $input) { userErrors { code } } }';
  const done = async (viewer: Viewer, document: string, input: object): Promise<string> => {
    const { data, errors } = await world.ask(viewer, document, { input: { idempotencyKey: key(), ...input } });
    if (errors !== undefined) return errors[0]!.extensions.code;
    return (Object.values(data!)[0] as { userErrors: { code: string }[] }).userErrors[0]?.code ?? 'done';
  };
  const reward = () => ({
    code: `x-${key()}`,
    kind: 'SERVICE',
    name: { en: 'X' },
    price: { currency: 'points', points: 1 },
  });

  test.each<[string, () => Viewer, string, string]>([
    ['a member', () => self(memberId), 'done', 'FORBIDDEN'],
    ['another member', () => self(strangerId), 'MEMBER_UNKNOWN', 'FORBIDDEN'],
    ['a till that may write', () => till(HARBOUR, ['rewards:write']), 'done', 'FORBIDDEN'],
    ['a till that may read', () => till(HARBOUR, ['rewards:read']), 'FORBIDDEN', 'FORBIDDEN'],
    ['a partner that may not manage', () => partner(HARBOUR, ['rewards:write']), 'done', 'FORBIDDEN'],
    ['a partner that may manage', () => partner(HARBOUR, ['rewards:manage']), 'FORBIDDEN', 'done'],
    ['an operator', () => operator, 'done', 'done'],
    ['an operator that may read', () => ({ ...operator, scopes: ['rewards:read'] }), 'FORBIDDEN', 'FORBIDDEN'],
    ['a room', () => roomViewer('points', 'live'), 'FORBIDDEN', 'FORBIDDEN'],
    ['nobody', () => anonymous, 'UNAUTHENTICATED', 'UNAUTHENTICATED'],
  ])('of %s do what they may', async (_, viewer, takes, manages) => {
    const partnerId = encodeId('ptn', HARBOUR);

    expect(await done(viewer(), TAKE, { memberId, rewardId: shown })).toBe(takes);
    expect(await done(viewer(), CREATE, { ...reward(), partnerId })).toBe(manages);
  });

  test('of rooms are for rooms', async () => {
    const input = { purchaseId: 'pur_x', codes: [], partnerId: 'ptn_x' };

    for (const viewer of [operator, till(HARBOUR, [...SCOPES]), self(memberId)]) {
      const { errors } = await world.ask(viewer, PRESENT, { input });
      expect(errors![0]!.extensions.code).toBe('FORBIDDEN');
    }
  });
});

test.each(['', 'rwd_', 'mbr_x', "rwd_' or 1=1; drop table reward;", 'rdm_zzzzzzzzzzzzzzzzzzzzzzzzzz'])(
  'the id "%s" finds nothing and breaks nothing',
  async (wrong) => {
    for (const type of ['Reward', 'Redemption', 'Voucher', 'Member', 'Partner']) {
      expect(await entity(operator, type, wrong)).toBe('none');
    }
  },
);
