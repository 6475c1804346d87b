// The JSON Schema of a programme's file, from what each room reads of it: editors complete and check by it.
import { z } from 'zod';
import { ROOMS, type RoomName } from '../subgraphs/shared/config.ts';
import type { RoomProgramme } from '../subgraphs/shared/programme.ts';

/** What editors are told otherwise than zod would. */
function shown({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  // What it says of days is longer than all the rest.
  if (jsonSchema.format === 'date') delete jsonSchema.pattern;
  const { words, description: _, ...meant } = jsonSchema;
  if (words === undefined) return;
  // Short forms are read by a transformation, which no schema shows.
  for (const name of Object.keys(meant)) delete jsonSchema[name];
  delete jsonSchema['words'];
  jsonSchema.anyOf = [{ enum: words as string[] }, meant];
}

/** The file as text, from each room's sections. */
export function programmeSchema(programmeOf: (room: RoomName) => Pick<RoomProgramme, 'sections'>): string {
  const sections = Object.fromEntries(ROOMS.map((room) => [room, programmeOf(room).sections.shape[room]!]));
  const frame = programmeOf('points').sections.shape['programme']!;
  const schema = z.toJSONSchema(z.strictObject({ programme: frame, ...sections }), {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
    override: shown,
  });
  return `${JSON.stringify({ title: 'A loyalty programme', ...schema }, null, 2)}\n`;
}
