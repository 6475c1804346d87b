// The programme's rewards. What the file says is written down by its codes, and again only when it says another thing;
// what it no longer says stays, since redemptions name it. Currencies and tiers are points' section, for their codes.
import { z } from 'zod';
import type { RoomProgramme } from '../shared/programme.ts';
import { rewardEntry, unknownCode } from './catalogue/reward.rules.ts';
import { fileRewards } from './catalogue/reward.service.ts';

const coded = z.array(z.object({ code: z.string() })).default([]);

export const rewardsFile = z
  .object({
    points: z.object({ currencies: coded, tiers: z.object({ levels: coded }) }),
    rewards: z.array(rewardEntry).default([]).meta({ description: 'What can be had for points.' }),
  })
  .superRefine(({ points, rewards }, context) => {
    const codes = {
      currencies: points.currencies.map(({ code }) => code),
      tiers: points.tiers.levels.map(({ code }) => code),
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

export const rewardsProgramme: RoomProgramme = {
  sections: rewardsFile,
  async take(tx, { points, rewards }: z.infer<typeof rewardsFile>) {
    await tx.query(
      `insert into points_code select 'CURRENCY', * from unnest($1::text[]) union all select 'TIER', * from unnest($2::text[])
       on conflict do nothing`,
      [points.currencies.map(({ code }) => code), points.tiers.levels.map(({ code }) => code)],
    );
    await fileRewards(tx, rewards);
  },
};
