// Points between wallets: for members and operators; what several spend together, for other rooms.
import { Arg, Ctx, Directive, Extensions, Mutation, Resolver } from 'type-graphql';
import { audience, scope } from '../../shared/audience.ts';
import { answer } from '../../shared/refusal.ts';
import { requireKey } from '../../shared/viewer.ts';
import { knownMember, type PointsContext } from '../context.ts';
import type { EntryRow } from './entry.entity.ts';
import { spendTogether } from './pool.service.ts';
import { convert, transfer } from './transfer.service.ts';
import {
  PointsConvertInput,
  PointsSpendInput,
  PointsSpendPayload,
  PointsTransferInput,
  PointsTransferPayload,
} from './transfer.type.ts';
import { memberOf, refuse } from './wallet.service.ts';

const CODES = 'IDEMPOTENCY_KEY_MISSING, IDEMPOTENCY_KEY_INVALID, IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_PROGRESS';

type Moved = { entries: EntryRow[]; replayed: boolean };
const NOTHING: Moved = { entries: [], replayed: false };

/** UUID of the member that gives: any for an operator, itself for a member. */
async function giver(id: string, field: string, context: PointsContext): Promise<string> {
  const known = await knownMember(id, context);
  if (known === null) throw refuse('MEMBER_UNKNOWN', 'There is no such member, or it is not you.', field);
  return memberOf(context, id, field);
}

async function entriesOf(ids: string[], { loaders, viewer, ownMemberId }: PointsContext): Promise<EntryRow[]> {
  const entries = await Promise.all(ids.map((id) => loaders.entriesById.load(id)));
  const own = viewer.kind === 'member' ? await ownMemberId() : null;
  return entries.filter((entry) => entry !== null).filter(({ memberId }) => own === null || memberId === own);
}

@Resolver()
export class TransferResolver {
  @Directive('@cost(weight: 10)')
  @Extensions(audience('member', 'operator'))
  @Extensions(scope('points:manage'))
  @Mutation(() => PointsTransferPayload, {
    description: `Moves points to another member: each lot keeps its expiry and who pays for it; the fee and the limit per day are the programme's. Scope \`points:manage\`. Codes: ${CODES}, AMOUNT_INVALID, CURRENCY_UNKNOWN, MEMBER_UNKNOWN, MEMBER_NOT_ACTIVE, SPENDING_BLOCKED, TRANSFER_REFUSED, TRANSFER_EXCEEDED, INSUFFICIENT_POINTS.`,
  })
  pointsTransfer(
    @Arg('input', () => PointsTransferInput, { description: 'From whom, to whom, how many.' })
    input: PointsTransferInput,
    @Ctx() context: PointsContext,
  ) {
    return answer(NOTHING, async () => {
      const key = requireKey(input.idempotencyKey);
      const from = await giver(input.fromMemberId, 'fromMemberId', context);
      const to = await memberOf(context, input.toMemberId, 'toMemberId');
      const { currency, amount } = input;
      const { answer: moved, replayed } = await transfer(context, key, { from, to, currency, amount });
      return { entries: await entriesOf(moved.entryIds, context), replayed };
    });
  }

  @Directive('@cost(weight: 10)')
  @Extensions(audience('member', 'operator'))
  @Extensions(scope('points:manage'))
  @Mutation(() => PointsTransferPayload, {
    description: `Turns points of one currency into those of another of the same member, at the programme's rate of the day, rounded as it says; each lot keeps its expiry. Scope \`points:manage\`. Codes: ${CODES}, AMOUNT_INVALID, CURRENCY_UNKNOWN, MEMBER_UNKNOWN, SPENDING_BLOCKED, INSUFFICIENT_POINTS.`,
  })
  pointsConvert(
    @Arg('input', () => PointsConvertInput, { description: 'Whose points, from what to what, how many.' })
    input: PointsConvertInput,
    @Ctx() context: PointsContext,
  ) {
    return answer(NOTHING, async () => {
      const key = requireKey(input.idempotencyKey);
      const member = await giver(input.memberId, 'memberId', context);
      const { fromCurrency: from, toCurrency: to, amount } = input;
      const { answer: moved, replayed } = await convert(context, key, { member, from, to, amount });
      return { entries: await entriesOf(moved.entryIds, context), replayed };
    });
  }

  @Extensions(audience('room'))
  @Mutation(() => PointsSpendPayload, {
    description: `Internal: several members spend together, in order, each up to a limit, all or nothing. Codes: ${CODES}, AMOUNT_INVALID, CURRENCY_UNKNOWN, MEMBER_UNKNOWN, SPENDING_BLOCKED, INSUFFICIENT_POINTS.`,
  })
  pointsSpend(
    @Arg('input', () => PointsSpendInput, { description: 'Who pays, how much.' }) input: PointsSpendInput,
    @Ctx() context: PointsContext,
  ) {
    return answer({ entries: [] as EntryRow[] }, async () => {
      const { entryIds } = await spendTogether(context, requireKey(input.idempotencyKey), input);
      return { entries: await entriesOf(entryIds, context) };
    });
  }
}
