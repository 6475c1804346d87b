// What entries were counted by. Stored are the version, the steps that applied and the facts; which rules did not apply, and
// why, is found by counting again under that version. What was counted before facts were kept stays with its steps.
import { Big } from 'big.js';
import type { Sql } from '../../shared/database.ts';
import type { Programme } from '../programme/programme.rules.ts';
import { programmeOf, programmesByVersion } from '../programme/programme.service.ts';
import { ruleBookOf } from './book.rules.ts';
import { evaluate } from './evaluate.rules.ts';
import type { Evaluation, Facts, Occasion, Rooms } from './facts.rules.ts';
import { occasionOf, type StoredLine } from './occasion.rules.ts';

interface Pinned {
  facts: Facts | null;
  rooms: Rooms;
}

/** A purchase or event that caused entries; `partId`: the part of a return that did. */
interface Cause {
  origin: string;
  purchaseId: string | null;
  partId: string | null;
  ruleVersion: number;
  pinned: Pinned | null;
  decimals: number;
  total: string;
}

/** A part of a return, or a line of one. */
interface Part {
  id: string;
  purchaseId: string;
  amount: string;
  lines: { number: number; quantity: string }[];
}

const causesOf = (sql: Sql, origins: readonly string[]): Promise<Cause[]> =>
  sql.query(
    `select o.origin, o.part_id "partId", p.id "purchaseId", p.rule_version "ruleVersion", p.facts pinned, p.decimals, p.total
     from (
       select id origin, id purchase_id, null::uuid part_id from purchase where id = any($1)
       union all
       select id, purchase_id, id from purchase_return_part where id = any($1)
     ) o join purchase p on p.id = o.purchase_id
     union all
     select id, null, null, rule_version, facts, 0, 0 from member_event where id = any($1)`,
    [origins],
  );

const linesOf = (sql: Sql, purchaseIds: string[]): Promise<(StoredLine & { purchaseId: string })[]> =>
  sql.query(
    `select purchase_id "purchaseId", number, sku, category, brand, quantity, unit_price "unitPrice", discount,
       tax_rate "taxRate", amount, 0 "returnedQuantity"
     from purchase_line where purchase_id = any($1) order by number`,
    [purchaseIds],
  );

/** In the order in which they were taken out. */
const partsOf = (sql: Sql, purchaseIds: string[]): Promise<Part[]> =>
  sql.query(
    `select t.id, t.purchase_id "purchaseId", t.amount, t.lines
     from purchase_return_part t join purchase_return r on r.id = t.return_id
     where t.purchase_id = any($1) order by r.recorded_at, t.id`,
    [purchaseIds],
  );

const total = (amounts: string[]): Big => amounts.reduce((sum, amount) => sum.plus(amount), Big(0));

/** The purchase as it stood after the part, or when it was recorded. */
function stoodAt({ partId, decimals, total: paid }: Cause, lines: StoredLine[], parts: Part[]) {
  const taken = parts.slice(0, parts.findIndex(({ id }) => id === partId) + 1);
  const back = Map.groupBy(
    taken.flatMap((part) => part.lines),
    ({ number }) => number,
  );
  return {
    decimals,
    total: paid,
    returned: total(taken.map(({ amount }) => amount)),
    lines: lines.map((line) => ({
      ...line,
      returnedQuantity: total((back.get(line.number) ?? []).map(({ quantity }) => quantity)),
    })),
  };
}

/** What each origin's rules gave and why others gave nothing, counted again; null: it is none that rules were asked about. */
export async function evaluationsByOrigin(sql: Sql, origins: readonly string[]): Promise<(Evaluation | null)[]> {
  const causes = (await causesOf(sql, origins)).filter(({ pinned }) => pinned?.facts != null);
  const purchaseIds = causes.flatMap(({ purchaseId }) => purchaseId ?? []);
  const returned = causes.flatMap(({ purchaseId, partId }) => (partId === null ? [] : purchaseId!));
  const programmes = await programmesByVersion(
    sql,
    causes.map(({ ruleVersion }) => ruleVersion),
  );
  const lines = Map.groupBy(
    purchaseIds.length === 0 ? [] : await linesOf(sql, purchaseIds),
    ({ purchaseId }) => purchaseId,
  );
  const parts = Map.groupBy(returned.length === 0 ? [] : await partsOf(sql, returned), ({ purchaseId }) => purchaseId);
  const counted = causes.map((cause): [string, Evaluation] => {
    const { facts, rooms } = cause.pinned as { facts: Facts; rooms: Rooms };
    const id = cause.purchaseId ?? '';
    const occasion: Occasion = occasionOf(facts, stoodAt(cause, lines.get(id) ?? [], parts.get(id) ?? []));
    return [cause.origin, evaluate(ruleBookOf(programmes.get(cause.ruleVersion)!), occasion, rooms, true)];
  });
  const byOrigin = new Map(counted);
  return origins.map((origin) => byOrigin.get(origin) ?? null);
}

/** Versions by their texts, `3`, `draft-3`; null: there is no such version here. */
export async function programmesByText(sql: Sql, texts: readonly string[]): Promise<(Programme | null)[]> {
  const stored = await programmesByVersion(sql, texts.map(Number).filter(Number.isInteger));
  return Promise.all(texts.map(async (text) => stored.get(Number(text)) ?? programmeOf(sql, text)));
}
