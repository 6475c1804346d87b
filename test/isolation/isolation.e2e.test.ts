// P5 and S7: one table over every kind of client, every field, and every way in. A field that is new and in no table fails.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isObjectType } from 'graphql';
import { decodeId, type IdPrefix } from '../../subgraphs/shared/id.ts';
import type { Leaf, Sighting } from './look.ts';
import { api, readAll, type Seen } from './read.ts';
import { expected, ruleOf, type Owners } from './table.ts';
import { openWorld, type Brand, type World } from './world.ts';

let world: World;
/** What the operator with every scope sees is all that there is to see. */
let truth: Seen;
let owners: Map<string, Owners>;
let names: Map<string, string>;
const seenBy = new Map<string, Seen>();

const sql = <Row>(room: 'members' | 'points' | 'partners', text: string) =>
  world.graph.rooms[room].database.space('live').source.query<Row[]>(text);

const brandOf = (partnerId: string | null): Brand | null => {
  const found = Object.entries(world.brands).find(([, id]) => decodeId('ptn', id) === partnerId);
  return found === undefined ? null : (found[0] as Brand);
};

/** Whose each thing is, from the rows. */
async function ownersOfAll(ids: string[]): Promise<Map<string, Owners>> {
  const entries = await sql<{ id: string; member: string; partner: string | null; purchase: boolean }>(
    'points',
    `select e.id, e.member_id "member", coalesce(p.partner_id, q.partner_id) partner, p.id is not null or q.id is not null purchase
     from entry e left join purchase p on p.id = e.origin
     left join purchase_return_part t on t.id = e.origin left join purchase q on q.id = t.purchase_id`,
  );
  const places = await sql<{ id: string; partner: string | null }>(
    'partners',
    `select id, id partner from partner union all select id, partner_id from channel
     union all select l.id, c.partner_id from location l join channel c on c.id = l.channel_id
     union all select t.id, c.partner_id from terminal t join location l on l.id = t.location_id join channel c on c.id = l.channel_id
     union all select id, partner_id from api_client`,
  );
  const purchases = await sql<{ id: string; member: string | null; partner: string }>(
    'points',
    'select id, member_id "member", partner_id partner from purchase',
  );
  const memberOf = (uuid: string | null) =>
    Object.values(world.members).find((id) => decodeId('mbr', id) === uuid) ?? null;
  const { ann, bob, cleo, dot } = world.members;
  const known = (northside: string, harbour: string) => ({ northside, harbour }) as Required<Owners>['known'];
  const found = new Map<string, Owners>([
    ['', {}],
    [ann, { member: ann, known: known('sharing', 'acquainted') }],
    [bob, { member: bob, known: known('acquainted', 'acquainted') }],
    [cleo, { member: cleo, known: known('unknown', 'enrolling') }],
    [dot, { member: dot, known: known('unknown', 'unknown') }],
    [world.graph.keys.member.id, { member: world.graph.keys.member.id, known: known('unknown', 'unknown') }],
    ['terms-ann-profiling', { member: ann, brand: null }],
    ['terms-ann-northside', { member: ann, brand: 'northside' }],
    // Refused, so Harbour is not to know.
    ['terms-ann-harbour', { member: ann, brand: null }],
    ['terms-bob-profiling', { member: bob, brand: null }],
    ['terms-cleo-profiling', { member: cleo, brand: null }],
  ]);
  for (const id of ids) {
    const prefix = id.slice(0, 3) as IdPrefix;
    const uuid = decodeId(prefix, id.split('.')[0]!);
    const entry = entries.find((row) => row.id === uuid);
    const purchase = purchases.find((row) => row.id === uuid);
    const place = places.find((row) => row.id === uuid);
    if (entry !== undefined) {
      const scopes = entry.purchase ? {} : { scopes: ['points:read'] };
      found.set(id, { member: memberOf(entry.member), brand: brandOf(entry.partner), ...scopes });
    } else if (purchase !== undefined) {
      found.set(id, { member: memberOf(purchase.member), brand: brandOf(purchase.partner) });
    } else if (place !== undefined) {
      found.set(id, { brand: brandOf(place.partner) });
    }
  }
  return found;
}

const keyOf = ({ subject, field }: Pick<Sighting, 'subject' | 'field'>) => `${subject} ${field}`;
const subjects = (seen: Seen) => [...new Set(seen.sightings.map(({ subject }) => subject))].filter((id) => id !== '');
const guarded = (field: string) => {
  const rule = ruleOf.get(field);
  return rule === undefined || rule === 'open' || rule === 'asked' || rule === 'unmet' ? null : rule;
};

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
  const first = await readAll(world, operator, []);
  const ids = subjects(first);
  truth = await readAll(world, operator, ids);
  owners = await ownersOfAll(subjects(truth));
  names = new Map(Object.entries({ ...world.members, ...world.purchases, ...world.brands }).map(([name, id]) => [id, name]));
  for (const asker of world.askers) seenBy.set(asker.name, await readAll(world, asker, ids));
});

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
  expect(empty).toEqual([
    'Consent.recordedBy',
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
