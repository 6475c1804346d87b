// An offer from its row.
import { FieldResolver, Resolver, Root } from 'type-graphql';
import type { OfferRow } from './offer.loader.ts';
import { Offer, OfferUnavailability } from './offer.type.ts';
import { priceOf, RewardPrice } from './reward.type.ts';

@Resolver(() => Offer)
export class OfferResolver {
  @FieldResolver(() => RewardPrice)
  price(@Root() { reward }: OfferRow): RewardPrice {
    return priceOf(reward);
  }

  @FieldResolver(() => Boolean)
  available(@Root() { reasons }: OfferRow): boolean {
    return reasons.length === 0;
  }

  @FieldResolver(() => [OfferUnavailability])
  unavailableReasons(@Root() { reasons }: OfferRow): OfferUnavailability[] {
    return reasons;
  }
}
