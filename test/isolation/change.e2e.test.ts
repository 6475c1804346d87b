// Who may change what, and that an answer to a change shows no more than reading does: the payloads of every mutation.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getNamedType, isObjectType, type GraphQLObjectType } from 'graphql';
import { ROOMS } from '../../subgraphs/shared/config.ts';
import type { Answer } from '../support/client.ts';
import { everything, sightings } from './look.ts';
import { api } from './read.ts';
import { expected, ruleOf, type Owners, type RuleName } from './table.ts';
import { emailOf, LOCATION, openWorld, receipt, sale, type Asker, type Brand, type World } from './world.ts';

interface Refusable {
  userErrors: { code: string }[];
  results?: { userErrors: { code: string }[] }[];
}

let world: World;
/** An api client of Northside that may do nothing. */
let target: string;
let counter = 0;

const key = () => ({ idempotencyKey: `change ${(counter += 1)}` });
const payloadType = (mutation: string) =>
  getNamedType(api.getMutationType()!.getFields()[mutation]!.type) as GraphQLObjectType;

async function send(asker: Asker, mutation: string, input: object) {
  const type = payloadType(mutation);
  const inputType = api.getMutationType()!.getFields()[mutation]!.args[0]!.type;
  return asker.client.send<Record<string, Refusable>>(
    `mutation ($input: ${String(inputType)}) { ${mutation}(input: $input) ${everything(type, 1)} }`,
    { input },
  );
}

/** `done`, or the code of the refusal or of the error. */
function outcome({ data, errors }: Answer<Record<string, Refusable>>): string {
  if (errors !== undefined) return errors[0]!.extensions.code;
  const [payload] = Object.values(data!);
  return (
    [...payload!.userErrors, ...(payload!.results ?? []).flatMap((result) => result.userErrors)][0]?.code ?? 'done'
  );
}

/** All rows of all rooms, but when a key was last used. */
async function everyRow(): Promise<string[]> {
  const digests: string[] = [];
  for (const name of ROOMS) {
    const { source } = world.graph.rooms[name].database.space('live');
    const tables = await source.query<{ table: string }[]>(
      `select quote_ident(schemaname) || '.' || quote_ident(tablename) "table" from pg_tables
       where schemaname = current_schema() or tablename = 'credential' order by 1`,
    );
    const all = tables.map(
      ({ table }) =>
        `select '${table}' t, count(*) || ' ' || md5(coalesce(string_agg(r::text, ' ' order by r::text), '')) d from ${table} r`,
    );
    const rows = await source.query<{ t: string; d: string }[]>(all.join(' union all '));
    digests.push(...rows.map(({ t, d }) => `${name} ${t} ${d}`));
  }
  return digests;
}

beforeAll(async () => {
  world = await openWorld('http');
  const input = { ...key(), partnerId: world.brands.northside, name: 'Target', scopes: [] };
  const { data } = await send(world.asker('an operator'), 'apiClientCreate', input);
  target = (data!['apiClientCreate'] as unknown as { apiClient: { id: string } }).apiClient.id;
  await world.graph.settle();
});

afterAll(() => world?.graph.close());

const COLUMNS = [
  'the member itself',
  'a member who knows no brand',
  'a token without a member',
  'a till of Northside',
  'a till of Harbour',
  'Northside',
  'Harbour',
  'an operator',
];

/** Whom nothing is open to. */
const REFUSED: Record<string, string> = {
  'a till of Northside without scopes': 'FORBIDDEN',
  'Northside without scopes': 'FORBIDDEN',
  'an operator without scopes': 'FORBIDDEN',
  'nobody at all': 'UNAUTHENTICATED',
};

const member = (name: 'ann' | 'bob' | 'cleo') => ({ ...key(), memberId: world.members[name] });
const returning = (brand: Brand) => ({
  ...receipt(brand),
  purchase: { id: world.purchases['ann@northside'] },
  amount: '1.00',
});
const PROFILING = { purpose: 'PROFILING', granted: true, termsVersion: 'terms-ann-profiling' };

// V: done, F: FORBIDDEN; members, tills, brands, operator.
const CODES: Record<string, string> = {
  V: 'done',
  F: 'FORBIDDEN',
  M: 'MEMBER_UNKNOWN',
  L: 'LOCATION_UNKNOWN',
  P: 'PURCHASE_UNKNOWN',
  K: 'API_CLIENT_UNKNOWN',
  B: 'PARTNER_UNKNOWN',
  I: 'IDENTIFIER_CONFLICT',
  C: 'CONSENT_INVALID',
};
const CASES: [string, string, () => object, string][] = [
  ['memberUpdate', 'of Ann', () => ({ ...member('ann'), profile: { country: 'GB' } }), 'V M M  V M V M  V'],
  ['memberUpdate', 'of Bob', () => ({ ...member('bob'), profile: { country: 'GB' } }), 'M M M  M M M M  V'],
  ['memberUpdate', 'of Cleo', () => ({ ...member('cleo'), profile: { country: 'GB' } }), 'M M M  M M M M  V'],
  ['memberConsentSet', 'of Ann', () => ({ ...member('ann'), ...PROFILING }), 'V M M  V M V M  V'],
  [
    'memberConsentSet',
    'of Bob to share with Northside',
    () => ({
      ...member('bob'),
      ...PROFILING,
      purpose: 'PARTNER_SHARING',
      granted: false,
      partnerId: world.brands.northside,
    }),
    'M M M  M C M C  V',
  ],
  ['memberStatusSet', 'of Ann', () => ({ ...member('ann'), status: 'ACTIVE', reason: 'test' }), 'F F F  F F F F  V'],
  [
    'memberBlocksSet',
    'of Ann',
    () => ({ ...member('ann'), earningBlocked: false, reason: 'test' }),
    'F F F  F F F F  V',
  ],
  [
    'pointsAdjust',
    'of Ann',
    () => ({ ...member('ann'), currency: 'points', amount: 1, reason: 'test' }),
    'F F F  F F F F  V',
  ],
  [
    'apiClientCreate',
    'for Northside',
    () => ({ ...key(), partnerId: world.brands.northside, name: 'New', scopes: [] }),
    'F F F  F F V B  V',
  ],
  ['apiClientRotate', 'of Northside', () => ({ ...key(), apiClientId: target }), 'F F F  F F V K  V'],
  ['purchaseRecord', 'of Ann at Northside', () => sale('northside', emailOf('ann')), 'F F F  V L V L  V'],
  ['purchaseRecord', 'of Ann at Harbour', () => sale('harbour', emailOf('ann')), 'F F F  L V L V  V'],
  ['purchaseReturn', 'of Northside’s at Northside', () => returning('northside'), 'F F F  V L V L  V'],
  ['purchaseReturn', 'of Northside’s at Harbour', () => returning('harbour'), 'F F F  L P L P  P'],
  [
    'purchaseReturn',
    'of Northside’s receipt at Harbour',
    () => ({
      ...returning('harbour'),
      purchase: { location: LOCATION.northside, receiptNumber: 'Receipt-of-northside-1' },
    }),
    'F F F  L L L L  P',
  ],
  [
    'purchaseRecordBatch',
    'at Northside',
    () => ({ items: [{ purchase: sale('northside', null) }] }),
    'F F F  V L V L  V',
  ],
  // An identifier that is taken gives its member, who then is known.
  ['memberEnroll', 'of who has Ann’s e-mail', () => ({ identifiers: [emailOf('ann')] }), 'V I I  V V V V  V'],
  ['apiClientRevoke', 'of Northside', () => ({ ...key(), apiClientId: target }), 'F F F  F F V K  V'],
];

describe.each(CASES)('%s %s', (mutation, _, input, row) => {
  test('is done for whom it may be, shows what that one may read, and else changes nothing', async () => {
    const codes = row.split(/ +/).map((mark) => CODES[mark]!);
    const wanted = { ...Object.fromEntries(COLUMNS.map((name, index) => [name, codes[index]])), ...REFUSED };
    const answers: Record<string, string> = {};
    const changed: string[] = [];
    const shown: string[] = [];
    const { ann, bob, cleo } = world.members;
    const owners = new Map<string, Owners>([
      [ann, { member: ann, known: { northside: 'sharing', harbour: 'acquainted' } }],
      [bob, { member: bob, known: { northside: 'acquainted', harbour: 'acquainted' } }],
      [cleo, { member: cleo, known: { northside: 'unknown', harbour: 'enrolling' } }],
      [world.purchases['ann@northside']!, { member: ann, brand: 'northside' }],
      [world.brands.northside, { brand: 'northside' }],
      [world.brands.harbour, { brand: 'harbour' }],
    ]);
    let before = await everyRow();

    for (const name of Object.keys(wanted)) {
      const asker = world.asker(name);
      const answer = await send(asker, mutation, input());
      answers[name] = outcome(answer);
      await world.graph.settle();
      const after = await everyRow();
      if (wanted[name] !== 'done')
        changed.push(...after.filter((digest) => !before.includes(digest)).map((d) => `${name}: ${d}`));
      before = after;
      const payload = answer.data?.[mutation];
      if (!payload) continue;
      for (const { subject, field, leaf } of sightings(api, payloadType(mutation), payload as never)) {
        const rule = ruleOf.get(field)!;
        const whose = owners.get(subject);
        if (leaf === null || whose === undefined || ['open', 'asked', 'unmet'].includes(rule)) continue;
        const right = expected(asker, rule as RuleName, whose);
        if (right !== 'visible') shown.push(`${name}: ${field} of ${subject} is ${right}`);
      }
    }

    expect(answers).toEqual(wanted);
    expect(changed).toEqual([]);
    expect(shown).toEqual([]);
  });
});

test('every mutation is in the table', () => {
  const named = new Set(CASES.map(([mutation]) => mutation));

  expect([...named].toSorted()).toEqual(Object.keys(api.getMutationType()!.getFields()).toSorted());
  expect([...named].every((mutation) => isObjectType(payloadType(mutation)))).toBe(true);
});

test('a till that may only write reads the points that it gave, and no balance, tier or purchases', async () => {
  const created = await send(world.asker('an operator'), 'apiClientCreate', {
    ...key(),
    partnerId: world.brands.northside,
    name: 'Writer',
    scopes: ['purchases:write'],
    channel: 'northside-shops',
  });
  const { secret } = created.data!['apiClientCreate'] as unknown as { secret: string };
  const query = `mutation ($input: PurchaseRecordInput!) { purchaseRecord(input: $input) {
    entries { amount }
    member { id tier { code } wallets { available } wallet(currency: "points") { available } purchases { nodes { id } } }
  } }`;

  const { data, errors } = await world.graph.client(secret).send(query, { input: sale('northside', emailOf('ann')) });

  expect(errors).toBeUndefined();
  expect(data).toEqual({
    purchaseRecord: {
      entries: [{ amount: 120 }],
      member: { id: world.members.ann, tier: null, wallets: null, wallet: null, purchases: null },
    },
  });
});

test('a member’s token that enrols sees its wallets at zero in the same answer', async () => {
  const newcomer = world.asker('a token without a member');

  const { data } = await send(newcomer, 'memberEnroll', { identifiers: [emailOf('newcomer')] });

  const { member: shown } = data!['memberEnroll'] as unknown as { member: { wallets: unknown[]; tier: unknown } };
  expect(shown.wallets).toMatchObject([{ available: 0, pending: 0, held: 0, deficit: 0 }]);
  expect(shown.tier).toMatchObject({ code: 'member' });
});
