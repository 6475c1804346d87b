// Vouchers of a purchase are reserved before its transaction, under an id that the purchase then has. Points' transaction
// is the commit point: what rewards has reserved for a purchase that never came is freed by asking for its outcome.
import { crashPoint } from '../../shared/crash.ts';
import type { Sql, Transaction } from '../../shared/database.ts';
import { encodeId, newId } from '../../shared/id.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import type { BatchItem, PurchaseItem } from './item.service.ts';

/** The id under which this attempt reserves; the one of an earlier attempt unless that was condemned. */
async function attempt(sql: Sql, owner: string, key: string): Promise<string> {
  const [row] = await sql.query<{ id: string }[]>(
    `insert into purchase_attempt as a (owner, key, purchase_id) values ($1, $2, $3)
     on conflict (owner, key) do update set
       purchase_id = case when a.condemned then excluded.purchase_id else a.purchase_id end, condemned = false
     returning purchase_id id`,
    [owner, key, newId()],
  );
  return row!.id;
}

async function present(request: RoomRequest, item: PurchaseItem, attemptId: string): Promise<void> {
  const input = {
    purchaseId: encodeId('pur', attemptId),
    codes: item.input.vouchers,
    partnerId: encodeId('ptn', item.location.partnerId),
    currencyCode: item.input.currencyCode,
  };
  const { vouchersPresent } = await request.ask<{ vouchersPresent: { userErrors: { message: string }[] } }>(
    'rewards',
    'mutation ($input: VouchersPresentInput!) { vouchersPresent(input: $input) { userErrors { code message } } }',
    { input },
  );
  const refusal = vouchersPresent.userErrors[0];
  if (refusal !== undefined) throw new Refused('VOUCHER_NOT_USABLE', refusal.message, { field: ['vouchers'] });
  crashPoint('vouchers-presented');
}

/** Reserves what items bring, each for itself. A purchase that is recorded already reserves nothing. */
export async function reserveVouchers(
  request: RoomRequest,
  items: (BatchItem | Refused)[],
): Promise<(BatchItem | Refused)[]> {
  const { source } = request.space;
  return Promise.all(
    items.map(async (item) => {
      if (item instanceof Refused || item.mutation !== 'purchaseRecord' || !item.input.vouchers?.length) return item;
      const answered = await source.query<unknown[]>(
        'select 1 from request where owner = $1 and mutation = $2 and key = $3',
        [request.viewer.owner, item.mutation, item.key],
      );
      if (answered.length > 0) return item;
      const attemptId = await attempt(source, request.viewer.owner, item.key);
      try {
        await present(request, item, attemptId);
      } catch (error) {
        if (error instanceof Refused) return error;
        throw error;
      }
      return { ...item, attemptId };
    }),
  );
}

/** Locks attempts; which of them were condemned, so that their purchases must not be recorded. */
export async function condemned(tx: Sql, attemptIds: string[]): Promise<Set<string>> {
  if (attemptIds.length === 0) return new Set();
  const alive = await tx.query<{ id: string }[]>(
    'select purchase_id id from purchase_attempt where purchase_id = any($1) and not condemned order by 1 for update',
    [attemptIds],
  );
  const ids = new Set(alive.map((row) => row.id));
  return new Set(attemptIds.filter((id) => !ids.has(id)));
}

/** Whether purchases were recorded, in order. One that was not is refused under that id from now on. */
export async function outcomes(tx: Transaction, ids: (string | null)[]): Promise<boolean[]> {
  const asked = ids.filter((id) => id !== null);
  // Waits for attempts under way; only a statement after that sees what they recorded.
  await tx.query('select 1 from purchase_attempt where purchase_id = any($1) order by purchase_id for update', [asked]);
  const rows = await tx.query<{ id: string }[]>('select id from purchase where id = any($1)', [asked]);
  const recorded = new Set(rows.map((row) => row.id));
  await tx.query('update purchase_attempt set condemned = true where purchase_id = any($1)', [
    asked.filter((id) => !recorded.has(id)),
  ]);
  return ids.map((id) => id !== null && recorded.has(id));
}
