// Points that move between wallets: from member to member, from currency to currency. Both entries, or none.
import { now } from '../../shared/clock.ts';
import type { Transaction } from '../../shared/database.ts';
import { newId } from '../../shared/id.ts';
import { once } from '../../shared/idempotency.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { programmeInForce, type Programme } from '../programme/programme.service.ts';
import { membersById } from '../purchase/lookup.service.ts';
import { dayOf } from './calendar.rules.ts';
import { idleUntil } from './expiry.rules.ts';
import { actorOf, postOne } from './ledger.service.ts';
import { converted, transferFee } from './transfer.rules.ts';
import { currencyOf, positive, refuse } from './wallet.service.ts';

interface Remembered {
  entryIds: string[];
}

/** Members are UUIDs. */
export interface TransferInput {
  from: string;
  to: string;
  currency: string;
  amount: number;
}

/** From one member to another; the fee comes on top, and both keep to the programme's policy. */
export async function transfer(request: RoomRequest, key: string, input: TransferInput) {
  const { from, to, currency: code, amount } = input;
  positive(amount);
  if (from === to) throw refuse('TRANSFER_REFUSED', 'A member cannot transfer to itself.', 'toMemberId');
  const named = { owner: request.viewer.owner, mutation: 'pointsTransfer', key, input };
  return once<Remembered>(request.space.source, named, async (tx) => {
    const programme = await programmeInForce(tx);
    const { transfer: policy, timeZone } = programme;
    const currency = currencyOf(programme, code);
    if (policy === undefined || !policy.currencies.includes(code)) {
      throw refuse('TRANSFER_REFUSED', `The programme does not let ${currency.code} go to another member.`, 'currency');
    }
    await checkMembers(tx, from, to);
    const at = await now(tx);
    const [sent] = await tx.query<{ amount: number }[]>(
      `insert into transfer_use as u (member_id, currency, day, amount) values ($1, $2, $3, $4)
       on conflict (member_id, currency, day) do update set amount = u.amount + excluded.amount returning amount`,
      [from, code, dayOf(at, timeZone), amount],
    );
    if (sent!.amount > policy.perDay) {
      const left = policy.perDay - (sent!.amount - amount);
      throw refuse('TRANSFER_EXCEEDED', `This member may send ${left} more today, not ${amount}.`, 'amount');
    }
    const idle = idleUntil('TRANSFER', at, currency.expiry, timeZone);
    const { entryIds } = await postOne(tx, {
      op: 'transfer',
      member: from,
      currency: code,
      amount,
      fee: transferFee(amount, policy.fee),
      to_member: to,
      to_currency: code,
      to_amount: amount,
      origin: newId(),
      idle_until: idle,
      to_idle_until: idle,
      ...actorOf(request.viewer),
    });
    return { entryIds };
  });
}

async function checkMembers(tx: Transaction, from: string, to: string): Promise<void> {
  const members = await membersById(tx, [from, to]);
  const [sender, receiver] = [members.get(from)!, members.get(to)!];
  if (sender.status !== 'ACTIVE' || sender.spendingBlocked) {
    throw refuse('SPENDING_BLOCKED', 'This member may not spend points now.', 'fromMemberId');
  }
  if (receiver.status !== 'ACTIVE' || receiver.earningBlocked) {
    throw refuse('MEMBER_NOT_ACTIVE', 'This member cannot be given points now.', 'toMemberId');
  }
}

/** `member` is a UUID, `amount` in the smallest unit of the currency that is given away. */
export interface ConvertInput {
  member: string;
  from: string;
  to: string;
  amount: number;
}

/** From one currency to another of the same member, at the rate of the day. */
export async function convert(request: RoomRequest, key: string, input: ConvertInput) {
  const { member, from: fromCode, to: toCode, amount } = input;
  positive(amount);
  const named = { owner: request.viewer.owner, mutation: 'pointsConvert', key, input };
  return once<Remembered>(request.space.source, named, async (tx) => {
    const programme = await programmeInForce(tx);
    const from = currencyOf(programme, fromCode, 'fromCurrency');
    const to = currencyOf(programme, toCode, 'toCurrency');
    const copy = (await membersById(tx, [member])).get(member)!;
    if (copy.status !== 'ACTIVE' || copy.spendingBlocked) {
      throw refuse('SPENDING_BLOCKED', 'This member may not spend points now.', 'memberId');
    }
    const at = await now(tx);
    const result = converted(amount, from, to, at, programme);
    if ('refusal' in result) {
      throw result.refusal === 'AMOUNT_INVALID'
        ? refuse(result.refusal, 'This amount gives nothing, or more than a wallet holds.', 'amount')
        : refuse(result.refusal, `The programme has no rate from ${fromCode} to ${toCode} today.`, 'toCurrency');
    }
    const idle = (currency: Programme['currencies'][number]) =>
      idleUntil('CONVERT', at, currency.expiry, programme.timeZone);
    const { entryIds } = await postOne(tx, {
      op: 'transfer',
      member,
      currency: fromCode,
      amount,
      fee: 0,
      to_member: member,
      to_currency: toCode,
      to_amount: result.amount,
      origin: newId(),
      reason: `1 ${fromCode} = ${result.rate} ${toCode}`,
      idle_until: idle(from),
      to_idle_until: idle(to),
      ...actorOf(request.viewer),
    });
    return { entryIds };
  });
}
