// Two brands and four members, so that every kind of client stands in every relation to something:
// Ann shares her data with Northside, Bob presented himself to it, Cleo knows Harbour only, Dot knows nobody but Ann, who brought her.
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { seal } from '../../subgraphs/points/ledger/seal.service.ts';
import { decodeId, encodeId } from '../../subgraphs/shared/id.ts';
import { SCOPES, type Scope, type Viewer } from '../../subgraphs/shared/viewer.ts';
import type { Client } from '../support/client.ts';
import { startGraph, type TestGraph, type Transport } from '../support/graph.ts';
import { roomViewer } from '../support/viewer.ts';

export type Brand = 'northside' | 'harbour';

/** Who asks: a credential at the gateway, and the viewer that the gateway makes of it. */
export interface Asker {
  name: string;
  client: Client;
  viewer: Viewer;
  brand: Brand | null;
  /** `mbr_…` of a member's token. */
  memberId: string | null;
}

export interface World {
  graph: TestGraph;
  brands: Record<Brand, string>;
  members: Record<'ann' | 'bob' | 'cleo' | 'dot', string>;
  /** Ids by a name such as `ann@northside`; `none@…` are anonymous. */
  purchases: Record<string, string>;
  /** The two sides of what Ann gave Dot. */
  entries: Record<'ann to dot' | 'dot from ann', string>;
  /** `northside`, `harbour`, `anyone` of no partner, and `unseen` of Northside, which the catalogue does not show yet. */
  rewards: Record<'northside' | 'harbour' | 'anyone' | 'unseen', string>;
  /** By whose they are, who took them and of whose rewards. */
  redemptions: Record<string, string>;
  referrals: Record<'ann dot' | 'nobody bob', string>;
  askers: Asker[];
  asker(name: string): Asker;
}

export const LOCATION = { northside: 'northside-london', harbour: 'harbour-dover' } as const;

/** The programme that the graph runs. */
export const DOCUMENT = readFileSync('programmes/hybrid-retail.yaml', 'utf8');

/** What a brand's credential can hold at the most. */
export const BRAND_SCOPES = SCOPES.filter((scope) => !/members:manage|points:manage|ledger:verify/.test(scope));
const TILL_SCOPES: Scope[] = [
  'members:read',
  'members:write',
  'points:read',
  'purchases:read',
  'purchases:write',
  'rewards:read',
  'rewards:write',
];

const ENROLL = `mutation ($input: MemberEnrollInput!) { memberEnroll(input: $input) { member { id } userErrors { code } } }`;
const RECORD = `mutation ($input: PurchaseRecordInput!) {
  purchaseRecord(input: $input) { purchase { id } userErrors { code } }
}`;
const RETURN = `mutation ($input: PurchaseReturnInput!) { purchaseReturn(input: $input) { userErrors { code } } }`;
const ADJUST = `mutation ($input: PointsAdjustInput!) { pointsAdjust(input: $input) { userErrors { code } } }`;
const TRANSFER = `mutation ($input: PointsTransferInput!) { pointsTransfer(input: $input) { userErrors { code } } }`;
const EVENT = `mutation ($input: EventRecordInput!) { eventRecord(input: $input) { userErrors { code } } }`;
const GRANT = `mutation ($input: TierGrantInput!) { tierGrant(input: $input) { userErrors { code } } }`;
const BLOCK = `mutation ($input: MemberBlocksSetInput!) { memberBlocksSet(input: $input) { userErrors { code } } }`;
const CREATE = `mutation ($input: ApiClientCreateInput!) {
  apiClientCreate(input: $input) { apiClient { id } secret userErrors { code } }
}`;
const REVOKE = `mutation ($input: ApiClientRevokeInput!) { apiClientRevoke(input: $input) { userErrors { code } } }`;
const CREATE_OPERATOR = `mutation ($input: OperatorClientCreateInput!) {
  operatorClientCreate(input: $input) { apiClient { id } secret userErrors { code } }
}`;

const CREATE_REWARD = `mutation ($input: RewardCreateInput!) { rewardCreate(input: $input) { reward { id } userErrors { code } } }`;
const REDEEM = `mutation ($input: RewardRedeemInput!) {
  rewardRedeem(input: $input) { redemption { id vouchers { code } } userErrors { code } }
}`;
const HOLD = `mutation ($input: RedemptionHoldInput!) { redemptionHold(input: $input) { redemption { id } userErrors { code } } }`;
const CODE = '{ me { referralCode { code } } }';
const USE = `mutation ($input: VoucherUseInput!) { voucherUse(input: $input) { userErrors { code } } }`;

interface Payload {
  reward: { id: string };
  redemption: { id: string; vouchers: { code: string }[] };
  member: { id: string };
  purchase: { id: string };
  apiClient: { id: string };
  secret: string;
  userErrors: { code: string }[];
}

function accepted(data: object): Payload {
  const [payload] = Object.values(data) as Payload[];
  if (payload!.userErrors.length > 0) throw new Error(JSON.stringify(payload));
  return payload!;
}

const person = (name: string) => ({
  identifiers: [
    { kind: 'EMAIL', value: `${name}.of.isolation@example.com` },
    { kind: 'PHONE', value: `+4477009001${name.length}${name.charCodeAt(0) % 10}` },
  ],
  profile: {
    givenName: `Given-${name}`,
    familyName: `Family-${name}`,
    birthday: `19${name.charCodeAt(0) - 20}-05-17`,
    locale: 'en-GB',
    country: 'GB',
    preferredChannel: 'EMAIL',
    attributes: [{ name: 'favouriteShop', value: `Shop of ${name}` }],
  },
});

let receipts = 0;
const HOUR_MS = 3_600_000;
const started = Date.now();

/** A receipt of its own at a brand. */
export function receipt(brand: Brand) {
  receipts += 1;
  const occurredAt = new Date(started - 24 * HOUR_MS + receipts * 60_000).toISOString();
  return {
    idempotencyKey: `isolation-${receipts}`,
    location: LOCATION[brand],
    terminal: 'till-1',
    receiptNumber: `Receipt-of-${brand}-${receipts}`,
    businessDate: occurredAt.slice(0, 10),
    occurredAt,
  };
}

export const sale = (brand: Brand, member: object | null, unitPrice = '60.00') => ({
  ...receipt(brand),
  ...(member === null ? {} : { member }),
  currencyCode: 'GBP',
  lines: [
    {
      number: 1,
      sku: `sku-of-${brand}-${receipts}`,
      name: `Mug ${receipts} of ${brand}`,
      quantity: '2',
      unitPrice,
    },
  ],
});

/** A tier for a year to come. */
export const granting = (memberId: string) => ({
  memberId,
  tier: 'gold',
  until: new Date(started + 365 * 24 * HOUR_MS).toISOString().slice(0, 10),
  reason: 'why staff gave a tier',
});

export const emailOf = (name: string) => ({ kind: 'EMAIL', value: `${name}.of.isolation@example.com` });

export async function openWorld(transport: Transport): Promise<World> {
  // Everything is asked for at once, which the product does not allow.
  const limits = { depth: 100, fields: 100_000, aliases: 1_000, directives: 50, rootFields: 1_000 };
  const graph = await startGraph({ transport, limits });
  const operator = graph.client(graph.keys.operator.key);
  const write = async (client: Client, query: string, input: object) => accepted(await client.ask(query, { input }));
  const brands = { northside: graph.partner('northside').id, harbour: graph.partner('harbour').id };
  const tills = {
    northside: graph.client(graph.till(LOCATION.northside).key),
    harbour: graph.client(graph.till(LOCATION.harbour).key),
  };

  const consent = (member: string, brand: Brand | null, granted = true) => ({
    purpose: brand === null ? 'PROFILING' : 'PARTNER_SHARING',
    granted,
    ...(brand === null ? {} : { partnerId: brands[brand] }),
    termsVersion: `terms-${member}-${brand ?? 'profiling'}`,
  });
  const token = {
    ann: await graph.memberToken('isolation-ann'),
    bob: await graph.memberToken('isolation-bob'),
    dot: await graph.memberToken('isolation-dot'),
    nobody: await graph.memberToken('isolation-nobody'),
  };
  const enroll = async (client: Client, name: string, more: object = {}) =>
    (await write(client, ENROLL, { ...person(name), ...more })).member.id;
  const members = {
    ann: await enroll(graph.client(token.ann), 'ann', {
      consents: [consent('ann', null), consent('ann', 'northside'), consent('ann', 'harbour', false)],
    }),
    bob: await enroll(graph.client(token.bob), 'bob', {
      consents: [consent('bob', null)],
      referralCode: 'NO-CODE-OF-ANYONE',
    }),
    cleo: await enroll(tills.harbour, 'cleo', {
      identifiers: [...person('cleo').identifiers, { kind: 'EXTERNAL', value: 'harbours-own-id-of-cleo' }],
      consents: [consent('cleo', null)],
    }),
    dot: '',
  };
  const { me } = await graph.client(token.ann).ask<{ me: { referralCode: { code: string } } }>(CODE);
  members.dot = await enroll(graph.client(token.dot), 'dot', { referralCode: me.referralCode.code });
  await write(operator, BLOCK, { memberId: members.bob, spendingBlocked: true, reason: 'what staff wrote of bob' });
  await graph.settle();

  const purchases: Record<string, string> = {};
  const buys: [string | null, Brand][] = [
    ['ann', 'northside'],
    ['ann', 'harbour'],
    ['bob', 'northside'],
    ['bob', 'harbour'],
    ['cleo', 'harbour'],
    [null, 'northside'],
    [null, 'harbour'],
  ];
  for (const [who, brand] of buys) {
    const recorded = await write(tills[brand], RECORD, sale(brand, who === null ? null : emailOf(who)));
    purchases[`${who ?? 'none'}@${brand}`] = recorded.purchase.id;
  }
  for (const brand of ['northside', 'harbour'] as const) {
    const id = purchases[`ann@${brand}`]!;
    const input = { ...receipt(brand), purchase: { id }, lines: [{ number: 1, quantity: '1' }] };
    await write(tills[brand], RETURN, input);
  }
  const gift = { fromMemberId: members.ann, toMemberId: members.dot, currency: 'points', amount: 5 };
  await write(graph.client(token.ann), TRANSFER, { ...gift, idempotencyKey: 'transfer' });
  for (const name of ['ann', 'bob', 'cleo'] as const) {
    const input = { memberId: members[name], currency: 'points', amount: 7, reason: `what staff gave ${name}` };
    await write(operator, ADJUST, { ...input, idempotencyKey: `adjust ${name}` });
  }
  await write(operator, GRANT, { ...granting(members.ann), idempotencyKey: 'grant' });
  const boxes = { type: 'boxes-brought-back', attributes: [{ name: 'boxes', value: '3' }] };
  const occurredAt = new Date(started).toISOString();
  await write(tills.northside, EVENT, { ...boxes, memberId: members.ann, occurredAt, idempotencyKey: 'event' });
  // The programme takes every purchase without a look, however late.
  await graph.rooms.points.database
    .space('live')
    .source.query(`update purchase set review = 'WAITING' where id = $1`, [decodeId('pur', purchases['ann@harbour']!)]);

  const reward = async (name: string, brand: Brand | null, more: object = {}) => {
    const input = {
      idempotencyKey: `reward ${name}`,
      code: `reward-${name}`,
      kind: 'FREE_PRODUCT',
      name: { en: `The ${name}` },
      price: { currency: 'points', points: 2 },
      ...(brand === null ? {} : { partnerId: brands[brand] }),
      ...more,
    };
    return (await write(operator, CREATE_REWARD, input)).reward.id;
  };
  const rewards = {
    northside: await reward('mug', 'northside', {
      description: { en: 'A mug for nothing' },
      terms: { en: 'Terms of the mug' },
      pictureUrl: 'https://pictures.example/mug.png',
      price: { currency: 'points', points: 2, money: { amount: '1.25', currencyCode: 'GBP' } },
      value: { amount: '7.75', currencyCode: 'GBP' },
      visible: { from: '2021-02-03T00:00:00Z', until: '2991-02-03T00:00:00Z' },
      available: { from: '2022-02-03T00:00:00Z', until: '2992-02-03T00:00:00Z' },
      tiers: ['member', 'bronze', 'silver', 'gold'],
      voucherDays: 30,
      refundable: true,
      stock: 1000,
    }),
    harbour: await reward('cup', 'harbour', { kind: 'PERCENT_DISCOUNT', percent: '12.5' }),
    anyone: await reward('pin', null, { sku: 'the-pin-itself' }),
    unseen: await reward('surprise', 'northside', { visible: { from: '2993-02-03T00:00:00Z' } }),
  };
  let taken = 0;
  const redeem = async (client: Client, name: 'ann' | 'cleo', rewardId: string) => {
    taken += 1;
    return (await write(client, REDEEM, { idempotencyKey: `redeem ${taken}`, memberId: members[name], rewardId }))
      .redemption;
  };
  const hold = async (amount: number) => {
    const points = { currency: 'points', amount };
    const input = { idempotencyKey: `hold ${amount}`, memberId: members.ann, points, ttlSeconds: 2_592_000 };
    return (await write(tills.northside, HOLD, input)).redemption;
  };
  const own = await redeem(graph.client(token.ann), 'ann', rewards.northside);
  const given = await redeem(tills.northside, 'ann', rewards.northside);
  const presented = await redeem(operator, 'ann', rewards.anyone);
  const captured = await hold(3);
  const redemptions = {
    'ann, of northside’s': own.id,
    'ann at northside, of northside’s': given.id,
    'ann at harbour, of harbour’s': (await redeem(tills.harbour, 'ann', rewards.harbour)).id,
    'ann at northside, of nobody’s': (await redeem(tills.northside, 'ann', rewards.anyone)).id,
    'cleo, of northside’s': (await redeem(operator, 'cleo', rewards.northside)).id,
    'ann, of nobody’s, used at harbour': presented.id,
    'ann at northside, held': (await hold(4)).id,
    'ann at northside, paid with': captured.id,
  };
  await write(tills.harbour, USE, {
    idempotencyKey: 'use',
    code: presented.vouchers[0]!.code,
    location: LOCATION.harbour,
  });
  const paid = { redemptionIds: [captured.id], vouchers: [given.vouchers[0]!.code] };
  const bought = await write(tills.northside, RECORD, { ...sale('northside', emailOf('ann')), ...paid });
  purchases['ann@northside paid'] = bought.purchase.id;
  await graph.settle();
  const known = await graph.rooms.referrals.database
    .space('live')
    .source.query<{ id: string; referrer: string | null }[]>('select id, referrer_id referrer from referral');
  const referral = (brought: boolean) =>
    encodeId('ref', known.find(({ referrer }) => (referrer !== null) === brought)!.id);
  const ledger = graph.rooms.points.database.space('live');
  const sides = await ledger.source.query<{ id: string; amount: number }[]>(
    `select id, amount from entry where kind = 'TRANSFER'`,
  );
  const side = (gives: boolean) => encodeId('ent', sides.find(({ amount }) => amount < 0 === gives)!.id);
  const entries = { 'ann to dot': side(true), 'dot from ann': side(false) };
  await seal(ledger, generateKeyPairSync('ed25519').privateKey, '2019-08-07');
  const referrals = { 'ann dot': referral(true), 'nobody bob': referral(false) };

  const viewerOf = (kind: Viewer['kind'], owner: string, scopes: Scope[], brand: Brand | null): Viewer => ({
    kind,
    space: 'live',
    owner,
    scopes,
    ...(brand === null ? {} : { partnerId: decodeId('ptn', brands[brand])! }),
  });
  const keys = new Map<string, { id: string; secret: string }>();
  async function ofBrand(name: string, kind: 'till' | 'partner', brand: Brand, scopes: Scope[]): Promise<Asker> {
    const channel = kind === 'till' ? { channel: `${brand}-shops` } : {};
    const input = { idempotencyKey: name, partnerId: brands[brand], name: `Client: ${name}`, scopes, ...channel };
    const made = await write(operator, CREATE, input);
    const viewer = viewerOf(kind, made.apiClient.id, scopes, brand);
    keys.set(name, { id: made.apiClient.id, secret: made.secret });
    return { name, client: graph.client(made.secret), viewer, brand, memberId: null };
  }
  /** The same client with a token instead of its key, and with those of its scopes that it asks for. */
  async function byToken(asker: Asker, name: string, scopes = asker.viewer.scopes): Promise<Asker> {
    const { id, secret } = keys.get(asker.name)!;
    const form = { grant_type: 'client_credentials', client_id: id, client_secret: secret, scope: scopes.join(' ') };
    const response = await fetch(new URL('/oauth/token', graph.url), {
      method: 'POST',
      body: new URLSearchParams(form),
    });
    const { access_token: credential } = (await response.json()) as { access_token: string };
    return { ...asker, name, client: graph.client(credential), viewer: { ...asker.viewer, scopes } };
  }
  async function ofOperator(name: string, scopes: Scope[]): Promise<Asker> {
    const variables = { input: { name: `Client: ${name}`, scopes } };
    const asked = { query: CREATE_OPERATOR, variables };
    const { data } = await graph.rooms.partners.execute(asked, roomViewer('gateway', 'live'), 'test');
    const made = accepted(data!);
    const viewer = viewerOf('operator', made.apiClient.id, scopes, null);
    keys.set(name, { id: made.apiClient.id, secret: made.secret });
    return { name, client: graph.client(made.secret), viewer, brand: null, memberId: null };
  }
  function ofMember(name: string, credential: string, subject: string, memberId: string | null): Asker {
    const viewer: Viewer = {
      kind: 'member',
      space: 'live',
      owner: name,
      scopes: [],
      subject: { issuer: 'another issuer', subject },
      ...(memberId === null ? {} : { memberId: decodeId('mbr', memberId)! }),
    };
    return { name, client: graph.client(credential), viewer, brand: null, memberId };
  }
  const without = (all: Scope[], scope: Scope) => all.filter((held) => held !== scope);
  const reads = SCOPES.filter((scope) => scope.endsWith(':read'));
  const askers = [
    ofMember('the member itself', token.ann, 'isolation-ann', members.ann),
    ofMember('a member who knows no brand', token.dot, 'isolation-dot', members.dot),
    ofMember('a token without a member', token.nobody, 'isolation-nobody', null),
    await ofBrand('a till of Northside', 'till', 'northside', TILL_SCOPES),
    await ofBrand('a till of Harbour', 'till', 'harbour', TILL_SCOPES),
    await ofBrand('Northside', 'partner', 'northside', BRAND_SCOPES),
    await ofBrand('Harbour', 'partner', 'harbour', BRAND_SCOPES),
    await ofOperator('an operator', [...SCOPES]),
    await ofBrand('a till of Northside without scopes', 'till', 'northside', []),
    await ofBrand('Northside without scopes', 'partner', 'northside', []),
    await ofOperator('an operator without scopes', []),
  ];
  const named = (name: string) => askers.find((asker) => asker.name === name)!;
  for (const name of ['a till of Northside', 'Harbour', 'an operator']) {
    askers.push(await byToken(named(name), `${name} by token`));
  }
  askers.push(
    await byToken(named('Northside'), 'Northside by token without members:read', without(BRAND_SCOPES, 'members:read')),
  );
  // Who lacks one scope: each commit asks as one kind of client of each, by its seed; `ASKERS=all` as every kind.
  for (const [index, scope] of [...reads, 'partners:manage' as const, 'ledger:verify' as const].entries()) {
    const kinds = [
      ...(TILL_SCOPES.includes(scope)
        ? [() => ofBrand(`a till of Northside without ${scope}`, 'till', 'northside', without(TILL_SCOPES, scope))]
        : []),
      ...(scope === 'ledger:verify'
        ? []
        : [() => ofBrand(`Northside without ${scope}`, 'partner', 'northside', without(BRAND_SCOPES, scope))]),
      ...(scope === 'partners:manage'
        ? []
        : [() => ofOperator(`an operator without ${scope}`, without([...SCOPES], scope))]),
    ];
    const chosen = (Number(process.env['TEST_SEED']) + index) % kinds.length;
    const all = process.env['ASKERS'] === 'all';
    for (const made of kinds.filter((_, kind) => all || kind === chosen)) askers.push(await made());
  }
  const managing = (scope: Scope) => scope.endsWith(':manage');
  askers.push(
    await ofOperator(
      'an operator without what manages',
      SCOPES.filter((scope) => !managing(scope)),
    ),
  );
  // One that will end and one that has ended.
  const more = { partnerId: brands.northside, name: 'Client: ends', scopes: [] };
  await write(operator, CREATE, { ...more, idempotencyKey: 'ends', expiresAt: '2999-01-01T00:00:00Z' });
  const ended = await write(operator, CREATE, { ...more, idempotencyKey: 'ended' });
  await write(operator, REVOKE, { apiClientId: ended.apiClient.id, idempotencyKey: 'ended' });
  askers.push({
    name: 'nobody at all',
    client: graph.client(),
    viewer: { kind: 'anonymous', space: 'live', owner: 'anonymous', scopes: [] },
    brand: null,
    memberId: null,
  });
  await graph.settle();
  return {
    graph,
    brands,
    members,
    purchases,
    entries,
    rewards,
    redemptions,
    referrals,
    askers,
    asker: named,
  };
}
