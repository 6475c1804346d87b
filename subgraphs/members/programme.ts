// The members' section of the programme's file, and how it is kept: one row, replaced whole.
import { isSupportedCountry } from 'libphonenumber-js';
import { z } from 'zod';
import type { Sql } from '../shared/database.ts';
import type { RoomProgramme } from '../shared/programme.ts';

const attribute = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][A-Za-z0-9]{0,49}$/, 'a camelCase word of at most 50 letters and digits')
    .meta({ description: 'Its name in the API.' }),
  type: z.enum(['text', 'number', 'boolean', 'date']).meta({ description: 'What its values are.' }),
});

const members = z.strictObject({
  cardPrefix: z
    .string()
    .regex(/^2\d{1,6}$/, '2 to 7 digits, the first a 2')
    .meta({ description: 'First digits of the EAN-13 card numbers; 20 to 29 are free for a programme’s own use.' }),
  defaultCountry: z
    .string()
    .refine(isSupportedCountry, 'a country, ISO 3166-1 alpha-2')
    .meta({ description: 'For phone numbers that are typed without a country, ISO 3166-1 alpha-2.' }),
  attributes: z
    .array(attribute)
    .max(100)
    .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, 'each name once')
    .default([])
    .meta({ description: 'What a profile may say besides; other attributes are refused.' }),
});

const sections = z.object({
  programme: z.object({
    timeZone: z
      .string()
      .refine((zone) => Intl.supportedValuesOf('timeZone').includes(zone) || zone === 'UTC', 'an IANA time zone'),
  }),
  members: members.meta({ description: 'Who may be a member, and what is known of one.' }),
});

/** What the programme sets for its members, and its present day. */
export interface Settings extends z.infer<typeof members> {
  timeZone: string;
  today: string;
}

export const membersProgramme: RoomProgramme = {
  sections,
  async take(tx, { members: own, programme: { timeZone } }: z.infer<typeof sections>) {
    await tx.query(
      `insert into programme (settings) values ($1)
       on conflict (one) do update set settings = excluded.settings where programme.settings <> excluded.settings`,
      [JSON.stringify({ ...own, timeZone })],
    );
  },
};

export async function readSettings(sql: Sql): Promise<Settings> {
  const [row] = await sql.query<{ settings: Omit<Settings, 'today'>; today: string }[]>(
    `select settings, (clock() at time zone (settings->>'timeZone'))::date today from programme`,
  );
  return { ...row!.settings, today: row!.today };
}
