// The programme's partners and where they sell. What the file says is registered by its codes; what it no longer says stays,
// since purchases name it. Only what changed is told.
import { z } from 'zod';
import { readDocument } from '../shared/document.ts';
import type { Sql } from '../shared/database.ts';
import { newId } from '../shared/id.ts';
import type { RoomRequest } from '../shared/room.ts';
import { CHANNEL_KINDS } from './channel/channel.entity.ts';
import { changeLocations } from './channel/location.service.ts';
import { alone } from './desk.service.ts';
import { changePartners } from './partner/partner.service.ts';
import { CODE } from './text.rules.ts';

const code = z.string().regex(CODE, 'a code has 1 to 64 letters, digits, . _ and -');
const name = z.string().trim().min(1).max(200);

const location = z.strictObject({ code, name, terminals: z.array(code).default([]) });
const channel = z.strictObject({ code, kind: z.enum(CHANNEL_KINDS), locations: z.array(location).default([]) });
const partner = z.strictObject({ code, name, channels: z.array(channel).default([]) });

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
      const places = partners.map(({ code: own }, p) => ({ code: own, path: [p, 'code'] as Path }));
      const channels = partners.flatMap((one, p) =>
        one.channels.map((row, c) => ({ row, path: [p, 'channels', c] as Path })),
      );
      const locations = channels.flatMap(({ row, path }) =>
        row.locations.map((one, l) => ({ row: one, path: [...path, 'locations', l] })),
      );
      distinct(context, places);
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
    }),
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

async function registerChannels(tx: Sql, partners: Partners): Promise<void> {
  const wanted = partners.flatMap((one) =>
    one.channels.map((row) => ({ code: row.code, kind: row.kind, partner: one.code })),
  );
  const moved = await tx.query<{ code: string }[]>(
    `select c.code from jsonb_to_recordset($1) as wanted (code text, partner text)
     join channel c on c.code = wanted.code join partner p on p.id = c.partner_id where p.code <> wanted.partner`,
    [JSON.stringify(wanted)],
  );
  // Credentials and purchases are bound to the partner of their channel.
  if (moved.length > 0) throw new Error(`A channel stays with its partner: ${moved.map((row) => row.code).join(', ')}`);
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

/** Safe for two processes at once: the second finds nothing left to change. */
export async function applyProgramme({ space, told }: RoomRequest, file: string): Promise<void> {
  const { partners } = readDocument(file, partnersFile);
  await space.source.transaction(async (tx) => {
    await alone(tx);
    await registerPartners(tx, partners);
    await registerChannels(tx, partners);
    await registerLocations(tx, partners);
    await registerTerminals(tx, partners);
  });
  told();
}
