// The referrals' section of the programme's file, and how it is kept: one row, replaced whole. A referral keeps the terms
// under which it was attributed.
import { z } from 'zod';
import { brokenBy, EVEN_IF_BROKEN } from '../shared/broken.ts';
import type { Sql } from '../shared/database.ts';
import type { RoomProgramme } from '../shared/programme.ts';

const CODE_PLACE = '{code}';

const points = z.int().min(0).max(1_000_000_000);

const referrals = z.strictObject({
  link: z
    .url()
    .max(500)
    .refine((link) => link.includes(CODE_PLACE), `an address with ${CODE_PLACE} where the code goes`)
    .meta({ description: 'Where members send their friends; {code} is the member’s code.' }),
  currency: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,39}$/, 'lower case letters, digits and -')
    .meta({ description: 'Code of the points currency that both are rewarded in.' }),
  purchaseMinimum: z
    .string()
    .regex(/^\d{1,12}(\.\d{1,4})?$/, 'a decimal number in quotes')
    .meta({ description: 'What the friend’s first purchase must be worth, in the base currency.' }),
  returnWindowDays: z
    .int()
    .min(0)
    .max(730)
    .meta({ description: 'Both are rewarded so long after that purchase, unless it comes back.' }),
  referrerPoints: points.meta({ description: 'What the member gets; 0: nothing.' }),
  refereePoints: points.meta({ description: 'What the friend gets; 0: nothing.' }),
});

const sections = z
  .object({
    points: z.object({ currencies: z.array(z.object({ code: z.string() })) }),
    referrals: referrals.meta({ description: 'Members who bring others.' }),
  })
  .superRefine((file, context) => {
    const currency: unknown = file.referrals?.currency;
    if (typeof currency !== 'string' || brokenBy(context.issues)('points')) return;
    if (file.points.currencies.some(({ code }) => code === currency)) return;
    context.addIssue({ code: 'custom', path: ['referrals', 'currency'], message: 'is none of the points currencies' });
  }, EVEN_IF_BROKEN);

export type Settings = z.infer<typeof referrals>;

export const referralsProgramme: RoomProgramme = {
  sections,
  async take(tx, { referrals: settings }: z.infer<typeof sections>) {
    await tx.query(
      `insert into programme (settings) values ($1)
       on conflict (one) do update set settings = excluded.settings where programme.settings <> excluded.settings`,
      [JSON.stringify(settings)],
    );
  },
};

export async function readSettings(sql: Sql): Promise<Settings> {
  const [row] = await sql.query<{ settings: Settings }[]>('select settings from programme');
  if (row === undefined) throw new Error('no programme has been applied');
  return row.settings;
}

export const linkOf = ({ link }: Settings, code: string): string =>
  link.replaceAll(CODE_PLACE, encodeURIComponent(code));
