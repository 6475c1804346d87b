// The only writer of rewards but for their stock, which redemptions move: the programme's file, operators and partners.
import type { Sql, Transaction } from '../../shared/database.ts';
import { decodeId, newId } from '../../shared/id.ts';
import { once } from '../../shared/idempotency.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { requireKey } from '../../shared/viewer.ts';
import { managesReward } from '../sight.rules.ts';
import { RewardRow } from './reward.entity.ts';
import { rewardDocument, unknownCode, type PointsCodes, type RewardDocument } from './reward.rules.ts';

/** The columns that are searched by, from the document. */
const columns = (document: RewardDocument) => ({
  code: document.code,
  kind: document.kind,
  partner_code: document.partner ?? null,
  currency: document.price.currency,
  points: document.price.points,
  visible_from: document.visible?.from ?? null,
  visible_until: document.visible?.until ?? null,
  available_from: document.available?.from ?? null,
  available_until: document.available?.until ?? null,
  tiers: document.tiers ?? null,
  document,
});

const RECORD = `w(id uuid, code text, kind text, partner_code text, currency text, points bigint, stock bigint,
  visible_from timestamptz, visible_until timestamptz, available_from timestamptz, available_until timestamptz,
  tiers text[], document jsonb, filed jsonb)`;
const COLUMNS = `code, kind, partner_code, partner_id, currency, points, visible_from, visible_until, available_from,
  available_until, tiers, document`;
const WANTED = `w.code, w.kind, w.partner_code, (select partner_id from partner_copy p where p.code = w.partner_code),
  w.currency, w.points, w.visible_from, w.visible_until, w.available_from, w.available_until, w.tiers, w.document`;

/** What the file says of rewards, by code; only where it says another thing than last time, and never their stock. */
export async function fileRewards(
  tx: Sql,
  entries: (RewardDocument & { stock?: number | undefined })[],
): Promise<void> {
  const rows = entries.map(({ stock, ...document }) => ({
    id: newId(),
    stock: stock ?? null,
    ...columns(document),
    filed: document,
  }));
  await tx.query(
    `insert into reward (id, stock, filed, ${COLUMNS})
     select w.id, w.stock, w.filed, ${WANTED} from jsonb_to_recordset($1) ${RECORD}
     on conflict (code) do update set (filed, ${COLUMNS}) = row (excluded.filed, ${COLUMNS.replaceAll(/\w+/g, 'excluded.$&')})
     where reward.filed is distinct from excluded.filed`,
    [JSON.stringify(rows)],
  );
}

export async function pointsCodes(sql: Sql): Promise<PointsCodes> {
  const rows = await sql.query<{ kind: 'CURRENCY' | 'TIER'; code: string }[]>('select kind, code from points_code');
  const of = (kind: string) => rows.filter((row) => row.kind === kind).map(({ code }) => code);
  return { currencies: of('CURRENCY'), tiers: of('TIER') };
}

/** A reward as a mutation gives it; what is left out of a change is undefined, what is taken away null. */
export type RewardFields = { [Name in keyof Omit<RewardDocument, 'partner'>]?: unknown };

const UNKNOWN = {
  currency: ['CURRENCY_UNKNOWN', 'The programme has no such points currency.', ['price', 'currency']],
  tier: ['TIER_UNKNOWN', 'The programme has no such tier.', ['tiers']],
} as const;

async function checked(sql: Sql, fields: object): Promise<RewardDocument> {
  const present = Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  );
  const parsed = rewardDocument.safeParse(present);
  if (!parsed.success) {
    const { message, path } = parsed.error.issues[0]!;
    throw new Refused('REWARD_INVALID', message, { field: path.map(String) });
  }
  const unknown = unknownCode(parsed.data, await pointsCodes(sql));
  if (unknown === null) return parsed.data;
  const [code, message, field] = UNKNOWN[unknown];
  throw new Refused(code, message, { field: [...field] });
}

export interface Written {
  rewardId: string;
  replayed: boolean;
}

async function write(
  { viewer, space }: RoomRequest,
  mutation: string,
  input: { idempotencyKey?: string | null },
  work: (tx: Transaction) => Promise<string>,
): Promise<Written> {
  const request = { owner: viewer.owner, mutation, key: requireKey(input.idempotencyKey), input };
  const { answer, replayed } = await once(space.source, request, async (tx) => ({ rewardId: await work(tx) }));
  return { rewardId: answer.rewardId, replayed };
}

export interface CreateInput {
  idempotencyKey?: string | null;
  partnerId?: string | null;
  stock?: number | null;
}

export const createReward = (request: RoomRequest, input: CreateInput, fields: RewardFields): Promise<Written> =>
  write(request, 'rewardCreate', input, async (tx) => {
    const partnerId = input.partnerId ? decodeId('ptn', input.partnerId) : null;
    const [partner] = await tx.query<{ code: string }[]>('select code from partner_copy where partner_id = $1', [
      partnerId,
    ]);
    const isUnknown = input.partnerId ? partner === undefined : false;
    if (isUnknown || !managesReward(request.viewer, partnerId)) {
      throw new Refused('PARTNER_UNKNOWN', 'You have no partner with this id.', { field: ['partnerId'] });
    }
    if (input.stock !== null && input.stock !== undefined && input.stock < 0) {
      throw new Refused('STOCK_INVALID', 'A stock is 0 or more.', { field: ['stock'] });
    }
    const document = await checked(tx, { ...fields, partner: partner?.code });
    const id = newId();
    const inserted = await tx.query<unknown[]>(
      `insert into reward (id, stock, ${COLUMNS})
       select w.id, w.stock, ${WANTED} from jsonb_to_record($1) ${RECORD} on conflict (code) do nothing returning 1`,
      [JSON.stringify({ id, stock: input.stock ?? null, ...columns(document) })],
    );
    if (inserted.length > 0) return id;
    throw new Refused('CODE_TAKEN', 'Another reward has this code.', { field: ['code'] });
  });

/** A reward that the viewer manages, locked. */
async function managed(tx: Transaction, { viewer }: RoomRequest, rewardId: string): Promise<RewardRow> {
  const id = decodeId('rwd', rewardId);
  await tx.query('select 1 from reward where id = $1 for update', [id]);
  const row = id === null ? null : await tx.findOneBy(RewardRow, { id });
  if (row !== null && managesReward(viewer, row.partnerId)) return row;
  throw new Refused('REWARD_UNKNOWN', 'You have no reward with this id.', { field: ['rewardId'] });
}

type ChangeInput = { idempotencyKey?: string | null; rewardId: string };

export const updateReward = (request: RoomRequest, input: ChangeInput, fields: RewardFields): Promise<Written> =>
  write(request, 'rewardUpdate', input, async (tx) => {
    const row = await managed(tx, request, input.rewardId);
    const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
    const document = await checked(tx, { ...row.document, ...given });
    await tx.query(
      `update reward set (${COLUMNS}) = (select ${WANTED} from jsonb_to_record($2) ${RECORD}) where reward.id = $1`,
      [row.id, JSON.stringify(columns(document))],
    );
    return row.id;
  });

/** More or less of what counts; never below what is left. */
export const adjustStock = (request: RoomRequest, input: ChangeInput & { by: number }): Promise<Written> =>
  write(request, 'rewardStockAdjust', input, async (tx) => {
    const { id, stock } = await managed(tx, request, input.rewardId);
    if (stock === null) throw new Refused('STOCK_UNLIMITED', 'This reward has no stock.', { field: ['rewardId'] });
    if (stock + input.by < 0 || !Number.isSafeInteger(stock + input.by)) {
      throw new Refused('STOCK_INVALID', `Only ${stock} are left.`, { field: ['by'] });
    }
    await tx.query('update reward set stock = stock + $2 where id = $1', [id, input.by]);
    return id;
  });
