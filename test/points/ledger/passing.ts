// Points that go from one wallet of the model to another.
import type { Books, Of, Ref } from './command.ts';
import { append, bySpending, makeLots, pay, take } from './model.ts';

/** The receiver's lots are those that were taken, by cumulative share; the fee comes off the lots after them. */
export function transfer({ own, other }: Books, { wallet, to, amount, toAmount, fee }: Of<'transfer'>): string | Ref[] {
  if (own.available < amount + fee) return 'INSUFFICIENT_POINTS';
  const [kind, pocket] =
    wallet.split(' ')[0] === to.split(' ')[0]
      ? (['CONVERT', 'CONVERTED'] as const)
      : (['TRANSFER', 'TRANSFERRED'] as const);
  const order = bySpending(own);
  const parts = take(own, order, amount, pocket);
  const taken = new Map(parts.map((part) => [part.lot, part.amount]));
  let left = fee;
  const fees = order.flatMap((lot) => {
    const size = Math.min(left, own.lots[lot]!.remaining - (taken.get(lot) ?? 0));
    left -= size;
    return size === 0 ? [] : [{ lot, source: 'AVAILABLE' as const, target: 'SPENT' as const, amount: size }];
  });
  const sent = append(own, kind, [...parts, ...fees]);
  const share = (sum: number) => Math.floor((sum * toAmount) / amount);
  let sum = 0;
  const lots = parts.flatMap((part) => {
    const size = share(sum + part.amount) - share(sum);
    sum += part.amount;
    const { earned, expires, funder } = own.lots[part.lot]!;
    return size === 0 ? [] : [{ amount: size, earned, activates: null, cancels: null, expires, funder }];
  });
  const owed = { left: other.deficit };
  const moves = makeLots(other, lots).flatMap((lot) => pay(owed, lot, pocket, other.lots[lot]!.amount));
  return [
    { wallet, seq: sent },
    { wallet: to, seq: append(other, kind, moves) },
  ];
}
