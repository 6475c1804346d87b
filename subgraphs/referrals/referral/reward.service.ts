// The clock's part: rewards both sides when the return window has passed, and takes back what a return undid later.
// A step is written down before points is asked and again with its answer; keys made of the referral's id let points
// give and take once, however often it is asked.
import type { Sql } from '../../shared/database.ts';
import { decodeId, encodeId } from '../../shared/id.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { ReferralRow } from './referral.entity.ts';
import { retrySeconds } from './referral.rules.ts';
import { step, type Event, type State } from './referral.saga.ts';
import { judge } from './referral.service.ts';

const BATCH = 50;
/** Longer than any answer takes: until then nobody else asks. */
const ANSWER_SECONDS = 120;

type Side = 'referrer' | 'referee';
type Due = ReferralRow & { ask: 'earn' | 'reverse' };

/** Takes what is due and says so in its rows, so that a crash after this only delays. */
async function claim({ space: { source } }: RoomRequest): Promise<Due[]> {
  return source.transaction(async (tx) => {
    const rows = await tx.query<{ id: string; state: State }[]>(
      `select id, state from referral where due_at <= clock() order by due_at limit $1 for update skip locked`,
      [BATCH],
    );
    if (rows.length === 0) return [];
    const steps = new Map(rows.map(({ id, state }) => [id, step(state, 'due')]));
    await tx.query(
      `update referral r set state = c.state, tries = r.tries + 1, due_at = clock() + make_interval(secs => $2::float8)
       from jsonb_to_recordset($1) c (id uuid, state text) where r.id = c.id`,
      [JSON.stringify([...steps].map(([id, { state }]) => ({ id, state }))), ANSWER_SECONDS],
    );
    const claimed = await tx.getRepository(ReferralRow).findBy([...steps.keys()].map((id) => ({ id })));
    return claimed.map((row) => ({ ...row, ask: steps.get(row.id)!.ask! }));
  });
}

interface Posted {
  entry: { id: string } | null;
  userErrors: { code: string; message: string }[];
}

const POSTED = 'entry { id } userErrors { code message }';

const DOCUMENTS = {
  earn: (sides: Side[]) =>
    `mutation (${sides.map((side) => `$${side}: PointsEarnInput!`).join(', ')}) {
       ${sides.map((side) => `${side}: pointsEarn(input: $${side}) { ${POSTED} }`).join(' ')}
     }`,
  reverse: (sides: Side[]) =>
    `mutation (${sides.map((side) => `$${side}: PointsReverseInput!`).join(', ')}) {
       ${sides.map((side) => `${side}: pointsReverse(input: $${side}) { ${POSTED} }`).join(' ')}
     }`,
};

/** What is asked for each side that has a part in it. */
function inputsOf(row: Due): Partial<Record<Side, object>> {
  const id = encodeId('ref', row.id);
  const earn = (side: Side, memberId: string, amount: number) =>
    amount > 0 && {
      [side]: {
        idempotencyKey: `${id}:${side}`,
        memberId: encodeId('mbr', memberId),
        currency: row.currency,
        amount,
        reason: `Referral ${id}`,
      },
    };
  const reverse = (side: Side, entryId: string | null) =>
    entryId !== null && { [side]: { idempotencyKey: `${id}:${side}:back`, entryId: encodeId('ent', entryId) } };
  return row.ask === 'earn'
    ? {
        ...earn('referrer', row.referrerId!, row.referrerPoints),
        ...earn('referee', row.refereeId, row.refereePoints),
      }
    : { ...reverse('referrer', row.referrerEntryId), ...reverse('referee', row.refereeEntryId) };
}

/** Asks for both sides at once; the entries that points made, or made before. */
async function askPoints({ ask }: RoomRequest, row: Due): Promise<Partial<Record<Side, string>>> {
  const inputs = inputsOf(row);
  const sides = Object.keys(inputs) as Side[];
  if (sides.length === 0) return {};
  const posted = await ask<Record<Side, Posted>>('points', DOCUMENTS[row.ask](sides), inputs);
  const entries: Partial<Record<Side, string>> = {};
  for (const side of sides) {
    const { entry, userErrors } = posted[side];
    if (entry !== null) entries[side] = decodeId('ent', entry.id)!;
    // Someone else has taken it back already: nothing of it is left.
    else if (row.ask === 'earn' || userErrors[0]?.code !== 'ENTRY_NOT_REVERSIBLE') {
      throw new Error(`points refused the ${side}: ${userErrors[0]?.message ?? 'no entry'}`);
    }
  }
  return entries;
}

const ANSWERED: Record<Due['ask'], Event> = { earn: 'paid', reverse: 'takenBack' };

async function settle(request: RoomRequest, row: Due): Promise<void> {
  const entries = await askPoints(request, row);
  await request.space.source.transaction(async (tx) => {
    const [now] = await tx.query<{ state: State }[]>('select state from referral where id = $1 for update', [row.id]);
    const { state, clock } = step(now!.state, ANSWERED[row.ask]);
    if (clock === 'same') return;
    await tx.query(
      `update referral set state = $2, due_at = null, tries = 0,
         referrer_entry_id = coalesce(referrer_entry_id, $3), referee_entry_id = coalesce(referee_entry_id, $4) where id = $1`,
      [row.id, state, entries.referrer ?? null, entries.referee ?? null],
    );
    // What came back while points was asked goes back next.
    await judge(tx, [row.refereeId]);
  });
}

const again = (sql: Sql, { id, tries }: Due) =>
  sql.query(
    `update referral set due_at = clock() + make_interval(secs => $2::float8)
     where id = $1 and state in ('PAYING', 'REVERSING')`,
    [id, retrySeconds(tries)],
  );

/** One batch of what is due; one that points does not answer is tried again later and holds up no other. */
export async function settleDue(request: RoomRequest): Promise<number> {
  const due = await claim(request);
  const failures: unknown[] = [];
  for (const row of due) {
    try {
      await settle(request, row);
    } catch (error) {
      failures.push(error);
      await again(request.space.source, row);
    }
  }
  if (failures.length > 0) throw new Error(`${failures.length} of ${due.length} referrals: ${String(failures[0])}`);
  return due.length;
}
