// Whose each thing of the world is, read from the rows and not from the API.
import type { RoomName } from '../../subgraphs/shared/config.ts';
import { decodeId, type IdPrefix } from '../../subgraphs/shared/id.ts';
import type { Owners } from './table.ts';
import type { Brand, World } from './world.ts';

export const rowsOf = <Row>(world: World, room: RoomName, text: string) =>
  world.graph.rooms[room].database.space('live').source.query<Row[]>(text);

interface Entry {
  id: string;
  member: string;
  partner: string | null;
  /** Whether it is among the entries of a purchase; else only its own key finds it. */
  purchase: boolean;
  /** Of its lots. */
  funders: (string | null)[];
}

interface Redeemed {
  id: string;
  member: string;
  voucher: string | null;
  partners: (string | null)[];
  bearers: (string | null)[];
}

const brandOf = (world: World, partnerId: string | null): Brand | null => {
  const found = Object.entries(world.brands).find(([, id]) => decodeId('ptn', id) === partnerId);
  return found === undefined ? null : (found[0] as Brand);
};

/** Whose each thing is, from the rows. */
export async function ownersOfAll(world: World, ids: string[]): Promise<Map<string, Owners>> {
  const sql = <Row>(room: RoomName, text: string) => rowsOf<Row>(world, room, text);
  const entries = await sql<Entry>(
    'points',
    `select e.id, e.member_id "member", coalesce(p.partner_id, q.partner_id, v.partner_id, case e.kind when 'ADJUST' then l.funders[1] end) partner,
       not e.step and (p.id is not null or (q.id is not null and e.kind <> 'HOLD')) purchase, l.funders
     from (select e.*, coalesce(s.origin, e.origin) cause, s.id is not null step from entry e left join tier_change s on s.id = e.origin) e
     left join purchase p on p.id = e.cause left join member_event v on v.id = e.cause
     left join purchase_return_part t on t.id = e.cause left join purchase_redemption d on d.hold_id = e.cause
     left join purchase q on q.id = coalesce(t.purchase_id, d.purchase_id)
     cross join lateral (select array(
       select funder from lot l where (l.member_id, l.currency, l.seq) = (e.member_id, e.currency, e.seq) order by n
     ) funders) l`,
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
  const redeemed = await sql<Redeemed>(
    'rewards',
    `select d.id, d.member_id "member", null as voucher, array[d.taken_by, r.partner_id] partners, array[]::uuid[] bearers
     from redemption d left join reward r on r.id = d.reward_id
     union all
     select v.id, d.member_id, v.id, array[d.taken_by, r.partner_id, v.presented_to],
       case when r.partner_id is null then array[d.taken_by, v.presented_to]
         else array(select p from unnest(array[d.taken_by, v.presented_to]) p where p = r.partner_id) end
     from voucher v join redemption d on d.id = v.redemption_id left join reward r on r.id = d.reward_id`,
  );
  const rewards = await sql<{ id: string; partner: string | null; hidden: boolean }>(
    'rewards',
    `select id, partner_id partner, visible_from > now() is true hidden from reward`,
  );
  const referrals = await sql<{ id: string; referrer: string | null; referee: string }>(
    'referrals',
    'select id, referrer_id referrer, referee_id referee from referral',
  );
  const brandsOf = (partners: (string | null)[]) =>
    [...new Set(partners.map((partner) => brandOf(world, partner)))].filter((brand) => brand !== null);
  const memberOf = (uuid: string | null) =>
    Object.values(world.members).find((id) => decodeId('mbr', id) === uuid) ?? null;
  const { ann, bob, cleo, dot } = world.members;
  const known = (northside: string, harbour: string) => ({ northside, harbour }) as Required<Owners>['known'];
  const found = new Map<string, Owners>([
    ['', {}],
    ['quote', { member: ann, brand: 'northside' }],
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
    const [key, n = 0] = id.split('.');
    const uuid = decodeId(prefix, key!);
    const entry = entries.find((row) => row.id === uuid);
    const purchase = purchases.find((row) => row.id === uuid);
    const place = places.find((row) => row.id === uuid);
    const redemption = redeemed.find((row) => row.id === uuid);
    const reward = rewards.find((row) => row.id === uuid);
    const referral = referrals.find((row) => row.id === uuid);
    if (entry !== undefined) {
      const scopes = entry.purchase ? {} : { scopes: ['points:read'] };
      const member = memberOf(entry.member);
      const brand = brandOf(world, prefix === 'lot' ? entry.funders[Number(n)]! : entry.partner);
      // What it pays for in the wallet of a member that it does not know came from another member.
      const isFar = brand !== null && !entry.purchase && found.get(member ?? '')?.known?.[brand] === 'unknown';
      found.set(id, { member, brand: isFar ? null : brand, ...scopes });
    } else if (purchase !== undefined) {
      found.set(id, { member: memberOf(purchase.member), brand: brandOf(world, purchase.partner) });
    } else if (place !== undefined) {
      found.set(id, { brand: brandOf(world, place.partner) });
    } else if (redemption !== undefined) {
      const brands = brandsOf(redemption.partners);
      const relations = found.get(memberOf(redemption.member) ?? '')?.known;
      const unacquainted = redemption.voucher === null ? brands.filter((one) => relations?.[one] === 'unknown') : [];
      const bearers = brandsOf(redemption.bearers);
      found.set(id, { member: memberOf(redemption.member), brands, bearers, unacquainted });
    } else if (reward !== undefined) {
      found.set(id, { brand: brandOf(world, reward.partner), hidden: reward.hidden });
    } else if (referral !== undefined) {
      found.set(id, { member: memberOf(referral.referrer), referee: memberOf(referral.referee)! });
    }
  }
  return found;
}
