// Operators and partners change the catalogue.
import { Arg, Ctx, Directive, Extensions, Mutation, Resolver } from 'type-graphql';
import { audience, scope } from '../../shared/audience.ts';
import { answer } from '../../shared/refusal.ts';
import type { RewardsContext } from '../context.ts';
import { IDEMPOTENCY } from '../error.type.ts';
import type { RewardRow } from './reward.entity.ts';
import {
  RewardCreateInput,
  RewardCreatePayload,
  RewardStockAdjustInput,
  RewardStockAdjustPayload,
  RewardUpdateInput,
  RewardUpdatePayload,
} from './reward.input.type.ts';
import { adjustStock, createReward, updateReward, type RewardFields, type Written } from './reward.service.ts';

const FIELDS = [
  'code',
  'kind',
  'name',
  'description',
  'terms',
  'pictureUrl',
  'price',
  'value',
  'percent',
  'sku',
  'visible',
  'available',
  'tiers',
  'voucherDays',
  'refundable',
] as const;

/** An input object of GraphQL has a null for what is not there; a document has nothing. */
function plain(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const present = Object.entries(value).filter(([, field]) => field !== null && field !== undefined);
  return Object.fromEntries(present.map(([name, field]) => [name, plain(field)]));
}

const fieldsOf = (input: Partial<Record<(typeof FIELDS)[number], unknown>>, names: readonly string[]): RewardFields =>
  Object.fromEntries(
    FIELDS.filter((name) => names.includes(name) && input[name] !== undefined).map((name) => [
      name,
      plain(input[name]),
    ]),
  );

type Answered = { reward: RewardRow | null; replayed: boolean };

function answered({ loaders }: RewardsContext, write: () => Promise<Written>) {
  return answer<Answered>({ reward: null, replayed: false }, async () => {
    const { rewardId, replayed } = await write();
    return { reward: await loaders.rewardsById.load(rewardId), replayed };
  });
}

@Resolver()
export class RewardWriteResolver {
  @Directive('@cost(weight: 10)')
  @Extensions(audience('partner', 'operator'))
  @Extensions(scope('rewards:manage'))
  @Mutation(() => RewardCreatePayload, {
    nullable: true,
    description: `Puts a reward into the catalogue. Scope \`rewards:manage\`; a partner makes its own only; needs an idempotency key. Codes: \`PARTNER_UNKNOWN\`, \`CODE_TAKEN\`, \`REWARD_INVALID\`, \`CURRENCY_UNKNOWN\`, \`TIER_UNKNOWN\`, \`STOCK_INVALID\`, ${IDEMPOTENCY}.`,
  })
  rewardCreate(
    @Arg('input', () => RewardCreateInput, { description: 'What it is.' }) input: RewardCreateInput,
    @Ctx() context: RewardsContext,
  ) {
    return answered(context, () => createReward(context, input, fieldsOf(input, FIELDS)));
  }

  @Directive('@cost(weight: 10)')
  @Extensions(audience('partner', 'operator'))
  @Extensions(scope('rewards:manage'))
  @Mutation(() => RewardUpdatePayload, {
    nullable: true,
    description: `Changes a reward; redemptions that are under way keep their price. Scope \`rewards:manage\`; needs an idempotency key. Codes: \`REWARD_UNKNOWN\`, \`REWARD_INVALID\`, \`CURRENCY_UNKNOWN\`, \`TIER_UNKNOWN\`, ${IDEMPOTENCY}.`,
  })
  rewardUpdate(
    @Arg('input', () => RewardUpdateInput, { description: 'What of it shall be otherwise.' }) input: RewardUpdateInput,
    @Ctx() context: RewardsContext,
  ) {
    const names = FIELDS.filter((name) => name !== 'code');
    return answered(context, () => updateReward(context, input, fieldsOf(input, names)));
  }

  @Directive('@cost(weight: 10)')
  @Extensions(audience('partner', 'operator'))
  @Extensions(scope('rewards:manage'))
  @Mutation(() => RewardStockAdjustPayload, {
    nullable: true,
    description: `Adds to the stock of a reward or takes from it. Scope \`rewards:manage\`; needs an idempotency key. Codes: \`REWARD_UNKNOWN\`, \`STOCK_UNLIMITED\`, \`STOCK_INVALID\`, ${IDEMPOTENCY}.`,
  })
  rewardStockAdjust(
    @Arg('input', () => RewardStockAdjustInput, { description: 'Of which reward, by how much.' })
    input: RewardStockAdjustInput,
    @Ctx() context: RewardsContext,
  ) {
    return answered(context, () => adjustStock(context, input));
  }
}
