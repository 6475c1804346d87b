// The programme's partners and where they sell. What the file says is registered by its codes; what it no longer says stays,
// since purchases name it. Only what changed is told.
import { z } from 'zod';
import { brokenBy, EVEN_IF_BROKEN } from '../shared/broken.ts';
import type { Sql } from '../shared/database.ts';
import type { Fault } from '../shared/document.ts';
import { newId } from '../shared/id.ts';
import type { RoomProgramme } from '../shared/programme.ts';
import { CHANNEL_KINDS } from './channel/channel.entity.ts';
import { changeLocations } from './channel/location.service.ts';
import { alone } from './desk.service.ts';
import { changePartners } from './partner/partner.service.ts';
import { CODE } from './text.rules.ts';

const code = z.string().regex(CODE, 'a code has 1 to 64 letters, digits, . _ and -');
const name = z.string().trim().min(1).max(200);

const location = z.strictObject({
  code: code.meta({ description: 'Unique in the programme.' }),
  name: name.meta({ description: 'Its name for people.' }),
  terminals: z.array(code).default([]).meta({ description: 'Codes of its tills, unique in the location.' }),
});
const channel = z.strictObject({
  code: code.meta({ description: 'Unique in the programme; a channel stays with its partner.' }),
  kind: z.enum(CHANNEL_KINDS).meta({ description: 'How it sells.' }),
  locations: z.array(location).default([]).meta({ description: 'Its shops, or the one place where it is online.' }),
});
const partner = z.strictObject({
  code: code.meta({ description: 'Unique in the programme.' }),
  name: name.meta({ description: 'Its name for people.' }),
  channels: z.array(channel).default([]).meta({ description: 'Where it sells.' }),
});

type Path = (string | number)[];

/** Says each code that comes a second time, with its place. */
function distinct(context: z.RefinementCtx, codes: { code: string; path: Path }[]): void {
  const seen = new Set<string>();
  for (const { code: text, path } of codes) {
    if (seen.has(text)) context.addIssue({ code: 'custom', path, message: `${text} is there twice` });
    seen.add(text);
  }
}

export const partnersFile = z.object({
  partners: z
    .array(partner)
    .default([])
    .superRefine((partners, context) => {
      if (!Array.isArray(partners)) return;
      const isBroken = brokenBy(context.issues);
      const brands = partners.map((row, p) => ({ row, path: [p] as Path })).filter(({ path }) => !isBroken(...path));
      const channels = brands.flatMap(({ row, path }) =>
        row.channels.map((one, c) => ({ row: one, path: [...path, 'channels', c] })),
      );
      const locations = channels.flatMap(({ row, path }) =>
        row.locations.map((one, l) => ({ row: one, path: [...path, 'locations', l] })),
      );
      distinct(
        context,
        brands.map(({ row, path }) => ({ code: row.code, path: [...path, 'code'] })),
      );
      distinct(
        context,
        channels.map(({ row, path }) => ({ code: row.code, path: [...path, 'code'] })),
      );
      distinct(
        context,
        locations.map(({ row, path }) => ({ code: row.code, path: [...path, 'code'] })),
      );
      for (const { row, path } of locations) {
        distinct(
          context,
          row.terminals.map((text, t) => ({ code: text, path: [...path, 'terminals', t] })),
        );
      }
    }, EVEN_IF_BROKEN)
    .meta({ description: 'Brands, and where they sell. What the file no longer names stays: purchases name it.' }),
});

type Partners = z.infer<typeof partnersFile>['partners'];

/** The wanted rows as a statement's `$1`, each with an id in case that it is new. */
const wantedRows = (rows: object[]): [string] => [JSON.stringify(rows.map((row) => ({ id: newId(), ...row })))];

async function registerPartners(tx: Sql, partners: Partners): Promise<void> {
  await changePartners(
    tx,
    `insert into partner (id, code, name)
     select id, code, name from jsonb_to_recordset($1) as wanted (id uuid, code text, name text)
     on conflict (code) do update set name = excluded.name, sequence = partner.sequence + 1
       where partner.name <> excluded.name`,
    wantedRows(partners.map((one) => ({ code: one.code, name: one.name }))),
  );
}

/** Credentials and purchases are bound to the partner of their channel. */
async function movedChannels(sql: Sql, { partners }: z.infer<typeof partnersFile>): Promise<Fault[]> {
  const wanted = partners.flatMap((one, p) =>
    one.channels.map((row, c) => ({ code: row.code, partner: one.code, path: ['partners', p, 'channels', c, 'code'] })),
  );
  const moved = await sql.query<{ code: string; path: Path }[]>(
    `select c.code, wanted.path from jsonb_to_recordset($1) as wanted (code text, partner text, path jsonb)
     join channel c on c.code = wanted.code join partner p on p.id = c.partner_id where p.code <> wanted.partner`,
    [JSON.stringify(wanted)],
  );
  return moved.map(({ code: own, path }) => ({ path, message: `A channel stays with its partner: ${own}` }));
}

async function registerChannels(tx: Sql, partners: Partners): Promise<void> {
  const wanted = partners.flatMap((one) =>
    one.channels.map((row) => ({ code: row.code, kind: row.kind, partner: one.code })),
  );
  await tx.query(
    `insert into channel (id, partner_id, code, kind)
     select wanted.id, p.id, wanted.code, wanted.kind
     from jsonb_to_recordset($1) as wanted (id uuid, code text, kind text, partner text) join partner p on p.code = wanted.partner
     on conflict (code) do update set kind = excluded.kind where channel.kind <> excluded.kind`,
    wantedRows(wanted),
  );
}

async function registerLocations(tx: Sql, partners: Partners): Promise<void> {
  const channels = partners.flatMap((one) => one.channels);
  await changeLocations(
    tx,
    `insert into location (id, channel_id, code, name)
     select wanted.id, c.id, wanted.code, wanted.name
     from jsonb_to_recordset($1) as wanted (id uuid, code text, name text, channel text) join channel c on c.code = wanted.channel
     on conflict (code) do update
       set channel_id = excluded.channel_id, name = excluded.name, sequence = location.sequence + 1
       where (location.channel_id, location.name) <> (excluded.channel_id, excluded.name)`,
    wantedRows(
      channels.flatMap((one) =>
        one.locations.map(({ code: own, name: title }) => ({ code: own, name: title, channel: one.code })),
      ),
    ),
  );
}

async function registerTerminals(tx: Sql, partners: Partners): Promise<void> {
  const locations = partners.flatMap((one) => one.channels).flatMap((one) => one.locations);
  await tx.query(
    `insert into terminal (id, location_id, code)
     select wanted.id, l.id, wanted.code
     from jsonb_to_recordset($1) as wanted (id uuid, code text, location text) join location l on l.code = wanted.location
     on conflict (location_id, code) do nothing`,
    wantedRows(locations.flatMap((one) => one.terminals.map((text) => ({ code: text, location: one.code })))),
  );
}

export const partnersProgramme: RoomProgramme = {
  sections: partnersFile,
  check: movedChannels,
  async take(tx, { partners }: z.infer<typeof partnersFile>) {
    await alone(tx);
    await registerPartners(tx, partners);
    await registerChannels(tx, partners);
    await registerLocations(tx, partners);
    await registerTerminals(tx, partners);
  },
};
