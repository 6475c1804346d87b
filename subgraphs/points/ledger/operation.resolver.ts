// Operations on a wallet without a purchase, for operators and for other rooms.
import { Arg, Ctx, Directive, Extensions, ID, Mutation, Query, Resolver } from 'type-graphql';
import { audience, scope } from '../../shared/audience.ts';
import { decodeId } from '../../shared/id.ts';
import { answer, Refused } from '../../shared/refusal.ts';
import { requireKey } from '../../shared/viewer.ts';
import { knownMember, type PointsContext } from '../context.ts';
import type { EntryRow } from './entry.entity.ts';
import { LedgerVerification } from './entry.type.ts';
import { endHold, hold, holdIdOf, type HoldAnswer, type HoldTerms } from './hold.service.ts';
import { adjust, earn, goodwill, reverse } from './operation.service.ts';
import {
  PointsAdjustInput,
  PointsAdjustPayload,
  PointsEarnInput,
  PointsEarnPayload,
  PointsGoodwillInput,
  PointsHoldEndInput,
  PointsHoldInput,
  PointsHoldPayload,
  PointsReverseInput,
} from './operation.type.ts';
import type { HoldState } from './ledger.service.ts';
import type { WalletRow } from './wallet.loader.ts';
import { verify } from './verify.service.ts';

const KEY_CODES = 'IDEMPOTENCY_KEY_MISSING, IDEMPOTENCY_KEY_INVALID, IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_PROGRESS';

type Answered = { entry: EntryRow | null; member: { id: string } | null; replayed: boolean };

type Held = {
  holdId: string | null;
  state: HoldState | null;
  capture: EntryRow | null;
  wallets: (WalletRow | Error)[];
};

const NO_HOLD: Held = { holdId: null, state: null, capture: null, wallets: [] };

async function held({ holdId, state, member }: HoldAnswer, { loaders, programme }: PointsContext): Promise<Held> {
  const { currencies } = await programme();
  const keys = member === null ? [] : currencies.map(({ code }) => ({ memberId: member, currency: code, asOf: null }));
  const entries = holdId === null ? [] : await loaders.entriesByOrigin.load(holdId);
  return {
    holdId: holdIdOf(holdId),
    state,
    capture: entries.find((entry) => entry.kind === 'CAPTURE') ?? null,
    wallets: await loaders.walletsByKey.loadMany(keys),
  };
}

const TTL_MAX_SECONDS = 2_592_000;

/** Throws outside of `answer`: what another room gets wrong nobody can act on, so that it is a bad request. */
function holdTerms({ forPurchase, ...input }: PointsHoldInput): HoldTerms {
  const partnerId = input.partnerId ?? null;
  const ttlSeconds = input.ttlSeconds ?? null;
  const taker = partnerId === null ? null : decodeId('ptn', partnerId);
  if (taker === null && partnerId !== null) throw new Refused('PARTNER_UNKNOWN', `${partnerId} is no partner's id.`);
  if (ttlSeconds !== null && (ttlSeconds < 1 || ttlSeconds > TTL_MAX_SECONDS)) {
    throw new Refused('TTL_INVALID', `A hold lasts 1 to ${TTL_MAX_SECONDS} seconds.`);
  }
  return { forPurchase, ttlSeconds, taker };
}

@Resolver()
export class OperationResolver {
  @Directive('@cost(weight: 10)')
  @Extensions(audience('operator'))
  @Extensions(scope('points:manage'))
  @Mutation(() => PointsAdjustPayload, {
    description: `Corrects a wallet, with a reason. Taking more than is available is refused. Scope \`points:manage\`. Codes: ${KEY_CODES}, REASON_MISSING, AMOUNT_INVALID, CURRENCY_UNKNOWN, MEMBER_UNKNOWN, INSUFFICIENT_POINTS.`,
  })
  pointsAdjust(
    @Arg('input', () => PointsAdjustInput, { description: 'Whose wallet, by how much, why.' }) input: PointsAdjustInput,
    @Ctx() context: PointsContext,
  ) {
    return answer<Answered>({ entry: null, member: null, replayed: false }, async () => {
      const { entryId, memberId, replayed } = await adjust(context, requireKey(input.idempotencyKey), input);
      return { entry: await context.loaders.entriesById.load(entryId), member: { id: memberId }, replayed };
    });
  }

  @Directive('@cost(weight: 10)')
  @Extensions(audience('till', 'partner', 'operator'))
  @Extensions(scope('points:goodwill'))
  @Mutation(() => PointsAdjustPayload, {
    description: `Gives a member points out of kindness, so much per person and day; a partner's staff give what the partner pays. The member must be known to the partner. Scope \`points:goodwill\`. Codes: ${KEY_CODES}, REASON_MISSING, AMOUNT_INVALID, CURRENCY_UNKNOWN, MEMBER_UNKNOWN, GOODWILL_EXCEEDED.`,
  })
  async pointsGoodwill(
    @Arg('input', () => PointsGoodwillInput, { description: 'To whom, how many, why.' }) input: PointsGoodwillInput,
    @Ctx() context: PointsContext,
  ) {
    return answer<Answered>({ entry: null, member: null, replayed: false }, async () => {
      const key = requireKey(input.idempotencyKey);
      const known = await knownMember(input.memberId, context);
      if (known === null) {
        throw new Refused('MEMBER_UNKNOWN', 'There is no such member, or it is not known to you.', {
          field: ['memberId'],
        });
      }
      const { entryId, memberId, replayed } = await goodwill(context, key, input);
      return { entry: await context.loaders.entriesById.load(entryId), member: { id: memberId }, replayed };
    });
  }

  @Extensions(audience('room'))
  @Mutation(() => PointsHoldPayload, {
    description: `Internal: sets points aside; asked by rewards with the redemption's id as key. Codes: IDEMPOTENCY_KEY_INVALID, IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_PROGRESS, AMOUNT_INVALID, CURRENCY_UNKNOWN, MEMBER_UNKNOWN, SPENDING_BLOCKED, INSUFFICIENT_POINTS, HOLD_NOT_OPEN.`,
  })
  pointsHold(
    @Arg('input', () => PointsHoldInput, { description: 'Whose points, how many.' }) input: PointsHoldInput,
    @Ctx() context: PointsContext,
  ) {
    const terms = holdTerms(input);
    return answer(NO_HOLD, async () => held(await hold(context, input.idempotencyKey, input, terms), context));
  }

  @Extensions(audience('room'))
  @Mutation(() => PointsHoldPayload, {
    description:
      'Internal: spends what is held, or a part, and releases the rest. Codes: HOLD_NOT_OPEN, HOLD_EXCEEDED, AMOUNT_INVALID.',
  })
  pointsCapture(
    @Arg('input', () => PointsHoldEndInput, { description: 'Which hold.' }) input: PointsHoldEndInput,
    @Ctx() context: PointsContext,
  ) {
    return answer(NO_HOLD, async () =>
      held(await endHold(context, 'capture', input.redemptionId, input.amount ?? null), context),
    );
  }

  @Extensions(audience('room'))
  @Mutation(() => PointsHoldPayload, {
    description: 'Internal: gives all that is held back to its own lots, with their own expiry. Codes: HOLD_EXCEEDED.',
  })
  pointsRelease(
    @Arg('input', () => PointsHoldEndInput, { description: 'Which hold.' }) input: PointsHoldEndInput,
    @Ctx() context: PointsContext,
  ) {
    return answer(NO_HOLD, async () => held(await endHold(context, 'release', input.redemptionId, null), context));
  }

  @Extensions(audience('room'))
  @Mutation(() => PointsEarnPayload, {
    description: `Internal: gives points that no purchase made. Codes: ${KEY_CODES}, AMOUNT_INVALID, CURRENCY_UNKNOWN, MEMBER_UNKNOWN.`,
  })
  pointsEarn(
    @Arg('input', () => PointsEarnInput, { description: 'To whom, how many, why.' }) input: PointsEarnInput,
    @Ctx() context: PointsContext,
  ) {
    return answer({ entry: null }, async () => ({
      entry: await context.loaders.entriesById.load(await earn(context, input.idempotencyKey, input)),
    }));
  }

  @Extensions(audience('room'))
  @Mutation(() => PointsEarnPayload, {
    description: `Internal: undoes an entry, once; never what a purchase gave. Codes: ${KEY_CODES}, ENTRY_NOT_REVERSIBLE.`,
  })
  pointsReverse(
    @Arg('input', () => PointsReverseInput, { description: 'Which entry.' }) input: PointsReverseInput,
    @Ctx() context: PointsContext,
  ) {
    return answer({ entry: null }, async () => ({
      entry: await context.loaders.entriesById.load(await reverse(context, input.idempotencyKey, input)),
    }));
  }

  @Directive('@cost(weight: 500)')
  @Extensions(audience('operator'))
  @Extensions(scope('ledger:verify'))
  @Query(() => LedgerVerification, {
    description:
      'Checks the hash chain of one member’s wallets, or of all, and recounts lots and balances from the moves. Scope `ledger:verify`.',
  })
  async ledgerVerify(
    @Arg('memberId', () => ID, { nullable: true, description: 'All members when left out.' })
    memberId: string | null | undefined,
    @Ctx() { space, loaders }: PointsContext,
  ) {
    const one = memberId === null || memberId === undefined ? null : decodeId('mbr', memberId);
    if (memberId !== null && memberId !== undefined && one === null) {
      return { intact: true, walletCount: 0, entryCount: 0, firstBreak: null };
    }
    const { walletCount, entryCount, firstBreak } = await verify(space.source, one);
    const found =
      firstBreak === null ? null : { reason: firstBreak.reason, entry: await entryOrNull(firstBreak.entryId, loaders) };
    return { intact: found === null, walletCount, entryCount, firstBreak: found };
  }
}

const entryOrNull = async (id: string | null, loaders: PointsContext['loaders']) =>
  id === null ? null : loaders.entriesById.load(id);
