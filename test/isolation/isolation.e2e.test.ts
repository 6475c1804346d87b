// P5 and S7: one table over every kind of client, every field, and every way in. A field that is new and in no table fails.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { isObjectType } from 'graphql';
import type { RoomName } from '../../subgraphs/shared/config.ts';
import { decodeId, type IdPrefix } from '../../subgraphs/shared/id.ts';
import { IDENTITY_HEADER, identities } from '../../subgraphs/shared/identity.ts';
import { inSpace, roomViewer } from '../support/viewer.ts';
import type { Leaf, Sighting } from './look.ts';
import { ownersOfAll, rowsOf } from './owners.ts';
import { api, readAll, readEntities, rooms, type Seen } from './read.ts';
import { expected, guarded, ruleOf, type Owners } from './table.ts';
import { DOCUMENT, openWorld, type World } from './world.ts';

/** Things in things, at the gateway. */
const DEPTH = 2;

let world: World;
/** What the operator with every scope sees is all that there is to see. */
let truth: Seen;
let owners: Map<string, Owners>;
let names: Map<string, string>;
const seenBy = new Map<string, Seen>();

const sql = <Row>(room: RoomName, text: string) => rowsOf<Row>(world, room, text);

const keyOf = ({ subject, field }: Pick<Sighting, 'subject' | 'field'>) => `${subject} ${field}`;
const subjects = (seen: Seen) => [...new Set(seen.sightings.map(({ subject }) => subject))].filter((id) => id !== '');

/** Of each field of each thing: whether it was seen, or only found empty. */
function outcomes(seen: Seen): Map<string, 'visible' | 'null'> {
  const found = new Map<string, 'visible' | 'null'>();
  for (const sighting of seen.sightings) {
    const key = keyOf(sighting);
    if (sighting.leaf !== null) found.set(key, 'visible');
    else if (!found.has(key)) found.set(key, 'null');
  }
  return found;
}

beforeAll(async () => {
  world = await openWorld('in-process');
  const operator = world.asker('an operator');
  const first = await readAll(world, operator, [], DEPTH);
  const ids = subjects(first);
  truth = await readAll(world, operator, ids, DEPTH);
  owners = await ownersOfAll(world, subjects(truth));
  names = new Map(
    [world.members, world.purchases, world.entries, world.brands, world.rewards, world.redemptions, world.referrals]
      .flatMap((named) => Object.entries(named))
      .map(([name, id]) => [id, name]),
  );
  for (const asker of world.askers) {
    // Who lacks one scope finds at one step what it finds at all, but lots, which have no key, in entries in purchases.
    // A token says what its key says: how far it goes in is the same.
    const depth = / without (?!points:read)| by token/.test(asker.name) ? 1 : DEPTH;
    seenBy.set(asker.name, await readAll(world, asker, ids, depth));
  }
}, 300_000);

afterAll(() => world?.graph.close());

test('every field of the API is in the table, and nothing else', () => {
  const fields = Object.values(api.getTypeMap())
    .filter((type) => isObjectType(type))
    .filter((type) => !type.name.startsWith('__'))
    .flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`));

  expect([...ruleOf.keys()].toSorted()).toEqual(fields.toSorted());
});

test('there is something of every field, and everything is someone’s', () => {
  const there = new Set(truth.sightings.filter(({ leaf }) => leaf !== null).map(({ field }) => field));
  const empty = [...ruleOf.keys()].filter((field) => guarded(field) !== null && !there.has(field));

  expect(subjects(truth).filter((subject) => !owners.has(subject))).toEqual([]);
  // No points wait in this programme, no tier was taken back nor version rolled back, and no ledger is broken.
  expect(empty).toEqual([
    'TierGrant.revokedAt',
    'Lot.activatesAt',
    'QuotedPoints.activatesAt',
    'LedgerVerification.firstBreak',
    'Programme.rollbackOf',
  ]);
});

test('whatever way it was taken, one thing has one value', () => {
  const values = new Map<string, Leaf | null | undefined>();
  const differing: string[] = [];
  for (const { subject, place, field, leaf } of truth.sightings.filter((one) => guarded(one.field) !== null)) {
    const key = `${subject} ${place}`;
    if (values.has(key) && values.get(key) !== leaf) differing.push(`${field}: ${String(values.get(key))} or ${leaf}`);
    values.set(key, leaf);
  }

  expect(differing).toEqual([]);
});

test('every field is seen by whom it is for, and by nobody else', () => {
  const values = new Map(truth.sightings.map(({ subject, place, leaf }) => [`${subject} ${place}`, leaf]));
  const there = new Map(
    truth.sightings.filter(({ leaf }) => leaf !== null).map((sighting) => [keyOf(sighting), sighting]),
  );
  const wrong: string[] = [];
  const changed: string[] = [];
  for (const asker of world.askers) {
    const seen = seenBy.get(asker.name)!;
    const found = outcomes(seen);
    for (const [key, { subject, field }] of there) {
      const rule = guarded(field);
      if (rule === null) continue;
      const was = found.get(key) ?? 'absent';
      const right = expected(asker, rule, owners.get(subject)!);
      if (right === 'hidden' ? was === 'visible' : was !== right) {
        wrong.push(`${asker.name}: ${field} of ${names.get(subject) ?? subject} is ${was}, not ${right}`);
      }
    }
    for (const { subject, place, field, leaf } of seen.sightings) {
      if (guarded(field) === null || leaf === null) continue;
      const value = values.get(`${subject} ${place}`);
      if (value !== leaf) changed.push(`${asker.name}: ${field} of ${subject} is ${leaf}, not ${value}`);
    }
  }

  expect(wrong).toEqual([]);
  expect(changed).toEqual([]);
});

test('no answer has a fault below its root, and a room answers as the gateway does', () => {
  expect([...seenBy.values()].flatMap(({ faults }) => faults)).toEqual([]);
  expect(world.graph.logged.filter(({ level }) => Number(level) >= 50)).toEqual([]);
});

const COLUMNS = [
  'the member itself',
  'a member who knows no brand',
  'a token without a member',
  'a till of Northside',
  'a till of Harbour',
  'Northside',
  'Harbour',
  'an operator',
  'a till of Northside without scopes',
  'Northside without scopes',
  'an operator without scopes',
  'nobody at all',
];
const CODES: Record<string, string> = {
  V: 'seen',
  '-': 'null',
  F: 'FORBIDDEN',
  U: 'UNAUTHENTICATED',
  B: 'BAD_USER_INPUT',
};

test.each([
  // V: seen, -: null, F: FORBIDDEN, U: UNAUTHENTICATED, B: BAD_USER_INPUT; members, tills, brands, operator, without scopes, nobody
  ['me', 'V V -  - - - -  -  - - -  U'],
  ['members', '- - -  - - V V  V  - F F  U'],
  ['member ann', 'V - -  V V V V  V  F F F  U'],
  ['member bob', '- - -  V V V V  V  F F F  U'],
  ['member cleo', '- - -  - V - V  V  F F F  U'],
  ['member dot', '- V -  - - - -  V  F F F  U'],
  ['memberByIdentifier ann', 'V - -  V V V V  V  F F F  U'],
  ['memberByIdentifier bob', '- - -  V V V V  V  F F F  U'],
  ['partners', 'V V V  F F V V  V  F F F  U'],
  ['partner northside', 'V V V  F F V -  V  F F F  U'],
  ['partner harbour', 'V V V  F F - V  V  F F F  U'],
  ['purchase ann@northside', 'V - -  V - V -  V  - - -  U'],
  ['purchase ann@harbour', 'V - -  - V - V  V  - - -  U'],
  ['purchase bob@northside', '- - -  V - V -  V  - - -  U'],
  ['purchase bob@harbour', '- - -  - V - V  V  - - -  U'],
  ['purchase cleo@harbour', '- - -  - V - V  V  - - -  U'],
  ['purchase none@northside', '- - -  V - V -  V  - - -  U'],
  ['purchase none@harbour', '- - -  - V - V  V  - - -  U'],
  ['purchaseByReceipt ann@northside', 'V - -  V - V -  V  - - -  U'],
  ['purchaseByReceipt ann@harbour', 'V - -  - V - V  V  - - -  U'],
  ['purchaseQuote ann@northside', '- - -  V B V B  V  F F F  U'],
  ['purchaseReviews', '- - -  - - - -  V  - - F  U'],
  ['programmes', 'F F F  F F F F  V  F F F  U'],
  ['programmeDocument', '- - -  - - - -  V  - - F  U'],
  ['programmePlan', '- - -  - - - -  V  - - F  U'],
  ['tierSchemePreview', '- - -  - - - -  V  - - F  U'],
  ['programmeTerms', 'V V V  V V V V  V  V V V  U'],
  ['rewards', 'V V V  V V V V  V  F F F  U'],
  ['reward northside', 'V V V  V V V V  V  F F F  U'],
  ['reward harbour', 'V V V  V V V V  V  F F F  U'],
  ['reward anyone', 'V V V  V V V V  V  F F F  U'],
  ['reward unseen', '- - -  - - V -  V  F F F  U'],
  ['redemption ann, of northside’s', 'V - -  V - V -  V  F F F  U'],
  ['redemption ann at northside, of northside’s', 'V - -  V - V -  V  F F F  U'],
  ['redemption ann at harbour, of harbour’s', 'V - -  - V - V  V  F F F  U'],
  ['redemption ann at northside, of nobody’s', 'V - -  V - V -  V  F F F  U'],
  ['redemption cleo, of northside’s', '- - -  V - V -  V  F F F  U'],
  ['redemption ann, of nobody’s, used at harbour', 'V - -  - - - -  V  F F F  U'],
  ['redemption ann at northside, held', 'V - -  V - V -  V  F F F  U'],
  ['redemption ann at northside, paid with', 'V - -  V - V -  V  F F F  U'],
  ['referral ann dot', 'V V -  - - - -  V  - - F  U'],
  ['referral nobody bob', '- - -  - - - -  V  - - F  U'],
  ['ledgerRoot', 'V V V  - - - -  V  - - F  U'],
  ['ledgerProof ann to dot', 'V - -  - - - -  V  - - F  U'],
  ['ledgerProof dot from ann', '- V -  - - - -  V  - - F  U'],
  ['ledgerVerify', 'F F F  F F F F  V  F F F  U'],
])('%s answers each client what it may', (root, row) => {
  const answers = Object.fromEntries(COLUMNS.map((name) => [name, seenBy.get(name)!.roots[root]]));

  const marks = row.split(/ +/).map((mark) => CODES[mark]);
  expect(answers).toEqual(Object.fromEntries(COLUMNS.map((name, index) => [name, marks[index]])));
});

test.each([
  ['members:read', ['members', 'member ann', 'memberByIdentifier ann'], 'FORBIDDEN'],
  ['partners:read', ['partner northside', 'partners'], 'FORBIDDEN'],
  ['purchases:read', ['purchase ann@northside', 'purchaseByReceipt ann@northside'], 'null'],
  ['points:read', ['ledgerProof ann to dot'], 'null'],
  ['rewards:read', ['rewards', 'reward northside', 'redemption ann, of northside’s'], 'FORBIDDEN'],
])('without %s alone, %p are not answered', (scope, asked, answer) => {
  const lacking = [...seenBy].filter(([name]) => name.endsWith(` without ${scope}`) && !name.startsWith('a till'));

  for (const [, { roots }] of lacking) expect(asked.map((root) => roots[root])).toEqual(asked.map(() => answer));
  expect([...seenBy.keys()].some((name) => name.endsWith(` without ${scope}`))).toBe(true);
});

test('who manages nothing is told nothing of the programme but its terms, and decides on no purchase', () => {
  const { roots } = seenBy.get('an operator without what manages')!;
  const asked = Object.entries(roots).filter(([name]) => /^(programme|tierScheme|purchaseReviews)/.test(name));

  expect(asked.length).toBe(6);
  expect(asked.filter(([, answer]) => answer !== 'FORBIDDEN')).toEqual([['programmeTerms', 'seen']]);
});

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Everything in an answer that can be read, cursors too. */
function readable({ texts }: Seen): string {
  const cursors = texts.join().matchAll(/"(?:cursor|startCursor|endCursor)":"([^"]+)"/g);
  return [...texts, ...[...cursors].map(([, cursor]) => Buffer.from(cursor!, 'base64url').toString())].join('\n');
}

/** What anyone may read in the terms. */
const RULES = DOCUMENT.slice(DOCUMENT.indexOf('\npoints:'), DOCUMENT.indexOf('\nreferrals:'));
/** Scopes are named in refusals, days are everyone's, and what rules and tiers give is in the terms. */
const SAID_ANYWAY = [
  'ApiClient.scopes',
  'Consent.termsVersion',
  'Purchase.businessDate',
  'WalletExpiry.expiresOn',
  'TierProgress.atRiskOn',
  'TierBenefit.code',
  'LedgerEntry.explanation',
  'PurchaseQuote.explanation',
  'Discount.code',
];

test('what is hidden is nowhere in an answer, by whatever field', () => {
  // An enum's value says nothing.
  const told = (field: string, leaf: unknown): leaf is string =>
    typeof leaf === 'string' &&
    leaf.length >= 8 &&
    !/^[A-Z_]+$/.test(leaf) &&
    !SAID_ANYWAY.includes(field) &&
    !RULES.includes(leaf);
  const people = new Set(Object.values(world.members).map((id) => decodeId('mbr', id)));
  const holders = new Map<string, Sighting[]>();
  const hold = (text: string, sighting: Sighting) => holders.set(text, [...(holders.get(text) ?? []), sighting]);
  for (const sighting of truth.sightings) {
    const { field, leaf } = sighting;
    if (guarded(field) === null || !told(field, leaf)) continue;
    // As it is written in an answer: of several lines, or with quotes.
    hold(JSON.stringify(leaf).slice(1, -1), sighting);
    const uuid = /^[a-z]{3}_[0-9a-z]{26}$/.test(leaf) ? decodeId(leaf.slice(0, 3) as IdPrefix, leaf) : null;
    if (uuid !== null) hold(uuid, sighting);
    // What was hashed names what caused it, and no other member.
    const named = field === 'LedgerProof.chain' ? leaf.matchAll(UUID) : [];
    for (const [id] of named) if (!people.has(id)) hold(id, sighting);
  }
  const leaks: string[] = [];
  for (const asker of world.askers) {
    const text = readable(seenBy.get(asker.name)!);
    for (const [secret, sightings] of holders) {
      const open = sightings.some(
        ({ subject, field }) => expected(asker, guarded(field)!, owners.get(subject)!) === 'visible',
      );
      if (!open && text.includes(secret)) leaks.push(`${asker.name}: ${secret} (${sightings[0]!.field})`);
    }
  }

  expect(holders.size).toBeGreaterThan(200);
  expect(leaks).toEqual([]);
});

test('nobody reads a key or its hash, and only operators read who recorded a consent', async () => {
  const hashes = await sql<{ hex: string; base64: string }>(
    'partners',
    `select encode(key_hash, 'hex') hex, encode(key_hash, 'base64') base64 from public.credential`,
  );
  const { operator, partners, tills, member } = world.graph.keys;
  const keys = [operator, ...partners, ...tills].map(({ key }) => key);
  const secrets = [...hashes.flatMap(({ hex, base64 }) => [hex, base64]), ...keys, member.token];

  const text = [...seenBy.values()].map(readable).join('\n');
  const naming = world.askers.filter(({ name }) => readable(seenBy.get(name)!).includes('isolation-ann'));

  expect(hashes.length).toBeGreaterThan(20);
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
  expect([...new Set(naming.map(({ viewer }) => viewer.kind))]).toEqual(['operator']);
});

test('what is seen is what the rows say', async () => {
  const leaves = new Map(truth.sightings.map(({ subject, place, leaf }) => [`${subject} ${place}`, leaf]));
  const compare = (prefix: IdPrefix, type: string, rows: Record<string, unknown>[]) =>
    rows.flatMap(({ id, ...row }) => {
      const subject = truth.sightings.find(
        (one) => one.subject.startsWith(`${prefix}_`) && decodeId(prefix, one.subject) === id,
      )?.subject;
      return Object.entries(row)
        .filter(([place, value]) => leaves.get(`${subject} ${type}.${place}`) !== value)
        .map(([place, value]) => `${subject} ${place}: ${String(value)}`);
    });
  const at = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

  const differing = [
    ...compare(
      'mbr',
      'Member',
      await sql(
        'members',
        `select m.id, m.status, m.earning_blocked "earningBlocked", m.spending_blocked "spendingBlocked",
           ${at('m.enrolled_at')} "enrolledAt", p.given_name "profile.givenName", p.family_name "profile.familyName",
           p.birthday "profile.birthday",
           (select value from identifier where member_id = m.id and kind = 'CARD') "cardNumber"
         from member m join profile p on p.member_id = m.id`,
      ),
    ),
    ...compare(
      'mbr',
      'Member',
      await sql(
        'points',
        `select member_id id, available "wallet.available", deficit "wallet.deficit" from wallet where currency = 'points'`,
      ),
    ),
    ...compare(
      'pur',
      'Purchase',
      await sql(
        'points',
        `select id, receipt_number "receiptNumber", round(total, 2)::text "total.amount",
           round(returned, 2)::text "returned.amount", ${at('occurred_at')} "occurredAt" from purchase`,
      ),
    ),
    ...compare(
      'ent',
      'LedgerEntry',
      await sql('points', `select id, kind::text, amount, reason, encode(hash, 'hex') hash from entry`),
    ),
    ...compare('rwd', 'Reward', await sql('rewards', 'select id, code, kind from reward')),
    ...compare(
      'rwd',
      'Reward',
      await sql('rewards', `select id, stock "stock.remaining" from reward where stock is not null`),
    ),
    ...compare(
      'rdm',
      'Redemption',
      await sql(
        'rewards',
        `select id, state, quantity, ${at('requested_at')} "requestedAt", 'points' "pointsSpent.currency.code",
           case state when 'CONFIRMED' then points else 0 end "pointsSpent.amount" from redemption`,
      ),
    ),
    ...compare('vch', 'Voucher', await sql('rewards', 'select id, code, state from voucher')),
    ...compare('ref', 'Referral', await sql('referrals', 'select id, state, rejection from referral')),
    ...compare(
      'key',
      'ApiClient',
      await sql(
        'partners',
        `select id, name, key_prefix "keyPrefix" from api_client where partner_id is not null and name like 'Client%'`,
      ),
    ),
  ];

  expect(differing).toEqual([]);
});

test('the gateway takes no identity of a room, and answers none of its operations', async () => {
  const { graph } = world;
  const query = '{ members { nodes { id } } }';
  const body = JSON.stringify({ query });
  const token = identities('a secret of the tests, 32 letters at the least').sign(
    'members',
    roomViewer('points', 'live'),
    body,
  );
  const withIdentity = await fetch(graph.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [IDENTITY_HEADER]: token },
    body,
  });
  const internal = rooms.members
    .getQueryType()!
    .astNode!.fields!.filter(({ directives }) => directives!.some(({ name }) => name.value === 'inaccessible'))
    .map(({ name }) => name.value);
  const asked = 'membersKnown(memberIds: [], partnerId: "x")';

  expect(withIdentity.status).toBe(401);
  expect(internal).toEqual([
    'memberIdsByIdentifier',
    'memberIdBySubject',
    'memberFacts',
    'membersKnown',
    'membersByIds',
    'memberProgrammeCheck',
  ]);
  for (const { viewer, client } of world.askers) {
    const atGateway = await client.send(`{ ${asked} }`);
    const atRoom = await graph.rooms.members.execute({ query: `{ ${asked} }` }, viewer, 'isolation');

    expect(atGateway.errors![0]!.extensions.code).toMatch(/GRAPHQL_VALIDATION_FAILED|UNAUTHENTICATED/);
    expect(atRoom.errors![0]!.extensions.code).toMatch(/FORBIDDEN|UNAUTHENTICATED/);
  }
});

test('no key of one space finds anything in another', async () => {
  const keys = new Set(subjects(truth));
  for (const { viewer } of world.askers.filter((asker) => asker.viewer.kind !== 'anonymous')) {
    const seen = await readEntities(world, inSpace('sandbox', viewer), subjects(truth));

    // Of any id that could be a member's, an operator and the member itself are told what everyone has at first (S5):
    // zeros, a code, and the offers of that space.
    const zeros = [
      'id',
      'account',
      'receipts',
      'statement',
      'inside the statement',
      'tiers by staff',
      'code',
      'referring',
      'inside the referring',
      'rewarding',
    ];
    const found = seen.sightings.filter(
      ({ subject, field, leaf }) =>
        leaf !== null && keys.has(subject) && !(subject.startsWith('mbr_') && zeros.includes(guarded(field) ?? 'id')),
    );
    expect(found).toEqual([]);
    expect(seen.faults).toEqual([]);
  }
});

test('only an operator with the scope reads where a ledger is broken', async () => {
  await sql('points', 'alter table entry disable trigger entry_append_only');
  await sql('points', `update entry set reason = 'edited behind its back' where reason = 'what staff gave ann'`);
  const query = '{ ledgerVerify { intact firstBreak { reason entry { id reason } } } }';

  const answers = await Promise.all(
    world.askers.map(async (asker) => [asker.name, await asker.client.send(query)] as const),
  );

  const reading = answers.filter(([, { data }]) => data).map(([name]) => name);
  expect(reading).toEqual(
    world.askers.filter(({ viewer }) => viewer.scopes.includes('ledger:verify')).map(({ name }) => name),
  );
  for (const [, { data }] of answers.filter(([name]) => reading.includes(name))) {
    expect(data).toMatchObject({
      ledgerVerify: { intact: false, firstBreak: { entry: { reason: 'edited behind its back' } } },
    });
  }
});
