// The programme's rewards. What the file says is written down by its codes, and again only when it says another thing;
// what it no longer says stays, since redemptions name it. Currencies and tiers are points' section, for their codes.
import { z } from 'zod';
import { readDocument } from '../shared/document.ts';
import type { RoomRequest } from '../shared/room.ts';
import { rewardEntry, unknownCode } from './catalogue/reward.rules.ts';
import { fileRewards } from './catalogue/reward.service.ts';

const coded = z.array(z.object({ code: z.string() })).default([]);

export const rewardsFile = z
  .object({
    points: z.object({ currencies: coded, tiers: coded }),
    rewards: z.array(rewardEntry).default([]),
  })
  .superRefine(({ points, rewards }, context) => {
    const codes = {
      currencies: points.currencies.map(({ code }) => code),
      tiers: points.tiers.map(({ code }) => code),
    };
    const seen = new Set<string>();
    rewards.forEach((reward, index) => {
      const say = (path: string[], message: string) =>
        context.addIssue({ code: 'custom', path: ['rewards', index, ...path], message });
      if (seen.has(reward.code)) say(['code'], `${reward.code} is there twice`);
      seen.add(reward.code);
      const unknown = unknownCode(reward, codes);
      if (unknown === 'currency') say(['price', 'currency'], `${reward.price.currency} is no currency of points`);
      if (unknown === 'tier') say(['tiers'], 'one of these is no tier of points');
    });
  });

/** Safe for two processes at once: the second finds nothing left to change. */
export async function applyProgramme({ space }: RoomRequest, file: string): Promise<void> {
  const { points, rewards } = readDocument(file, rewardsFile);
  await space.source.transaction(async (tx) => {
    await tx.query(`select pg_advisory_xact_lock(hashtext(current_schema()), hashtext('programme'))`);
    await tx.query(
      `insert into points_code select 'CURRENCY', * from unnest($1::text[]) union all select 'TIER', * from unnest($2::text[])
       on conflict do nothing`,
      [points.currencies.map(({ code }) => code), points.tiers.map(({ code }) => code)],
    );
    await fileRewards(tx, rewards);
  });
}
