// Rewards as members see them: one statement for a page of any number of members, and one question to points.
import DataLoader from 'dataloader';
import type { DataSource } from 'typeorm';
import { columnsOf } from '../../shared/database.ts';
import { decodeId, encodeId } from '../../shared/id.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { pagesByOwnerId, type OwnedPage } from '../page.loader.ts';
import { unavailability, type Standing, type Unavailability } from './offer.rules.ts';
import { RewardRow } from './reward.entity.ts';

export type StandingLoader = DataLoader<string, Standing>;

/** Tier and balances, by points' word. */
export const standingsByMemberId = (request: RoomRequest): StandingLoader =>
  new DataLoader(async (memberIds) => {
    const { pointsStandings } = await request.ask<{ pointsStandings: (Standing & { memberId: string })[] }>(
      'points',
      'query ($memberIds: [ID!]!) { pointsStandings(memberIds: $memberIds) { memberId tierCode balances { currency available } } }',
      { memberIds: memberIds.map((id) => encodeId('mbr', id)) },
    );
    const byMember = new Map(pointsStandings.map((standing) => [decodeId('mbr', standing.memberId), standing]));
    return memberIds.map((id) => byMember.get(id) ?? new Error('points left out a member'));
  });

export interface OfferRow {
  ownerId: string;
  reward: RewardRow;
  reasons: Unavailability[];
}

export type OffersAsked = OwnedPage & { availableOnly: boolean };

export const offerPages = (source: DataSource, standings: StandingLoader) =>
  pagesByOwnerId<OfferRow, OffersAsked>(
    async (asked, cursor, limit) => {
      const members = await Promise.all(
        asked.map(async ({ ownerId }) => ({ id: ownerId, standing: await standings.load(ownerId) })),
      );
      const rows = await source.query<(RewardRow & { ownerId: string })[]>(
        `select r.*, m.id "ownerId"
         from jsonb_to_recordset($1) m(id uuid, tier text, balances jsonb) cross join lateral (
           select ${columnsOf(source, RewardRow, 'r')} from reward_now r
           where r.visible and ($2::text is null or r.code > $2)
             and (not $4 or (r.open and (r.stock is null or r.stock > 0)
               and (r.tiers is null or m.tier = any(r.tiers))
               and r.points <= coalesce((m.balances ->> r.currency)::bigint, 0)))
           order by r.code limit $3
         ) r order by r.code`,
        [
          JSON.stringify(
            members.map(({ id, standing }) => ({
              id,
              tier: standing.tierCode,
              balances: Object.fromEntries(standing.balances.map(({ currency, available }) => [currency, available])),
            })),
          ),
          cursor,
          limit,
          asked[0]!.availableOnly,
        ],
      );
      const standing = new Map(members.map((member) => [member.id, member.standing]));
      return rows.map(({ ownerId, ...reward }) => ({
        ownerId,
        reward,
        reasons: unavailability(reward, standing.get(ownerId)!),
      }));
    },
    ({ reward }) => reward.code,
  );
