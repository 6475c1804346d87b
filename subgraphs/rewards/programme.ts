// The programme's rewards. What the file says is written down by its codes, and again only when it says another thing;
// what it no longer says stays, since redemptions name it. Currencies and tiers are points' section, for their codes.
import { z } from 'zod';
import { brokenBy, EVEN_IF_BROKEN } from '../shared/broken.ts';
import type { RoomProgramme } from '../shared/programme.ts';
import { rewardEntry, unknownCode, type PointsCodes } from './catalogue/reward.rules.ts';
import { fileRewards } from './catalogue/reward.service.ts';

const coded = z.array(z.object({ code: z.string() })).default([]);

const pointsFile = z.object({ currencies: coded, tiers: z.object({ levels: coded }) });

const codesOf = ({ currencies, tiers }: z.infer<typeof pointsFile>): PointsCodes => ({
  currencies: currencies.map(({ code }) => code),
  tiers: tiers.levels.map(({ code }) => code),
});

export const rewardsFile = z
  .object({
    points: pointsFile,
    rewards: z.array(rewardEntry).default([]).meta({ description: 'What can be had for points.' }),
  })
  .superRefine(({ points, rewards }, context) => {
    if (!Array.isArray(rewards)) return;
    const isBroken = brokenBy(context.issues);
    const codes = isBroken('points') ? null : codesOf(points);
    const seen = new Set<string>();
    rewards.forEach((reward, index) => {
      if (isBroken('rewards', index)) return;
      const say = (path: string[], message: string) =>
        context.addIssue({ code: 'custom', path: ['rewards', index, ...path], message });
      if (seen.has(reward.code)) say(['code'], `${reward.code} is there twice`);
      seen.add(reward.code);
      const unknown = codes === null ? null : unknownCode(reward, codes);
      if (unknown === 'currency') say(['price', 'currency'], `${reward.price.currency} is no currency of points`);
      if (unknown === 'tier') say(['tiers'], 'one of these is no tier of points');
    });
  }, EVEN_IF_BROKEN);

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
