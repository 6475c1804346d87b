// What the rooms promise each other and the clients, as files: each room's SDL, the supergraph and the clients' API;
// the JSON Schema of programmes; and the README's table of settings.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { parse, printSchema } from 'graphql';
import { ROOMS } from '../subgraphs/shared/config.ts';
import { packageRoot } from '../subgraphs/shared/package-root.ts';
import { buildSubgraph } from '../subgraphs/shared/subgraph.ts';
import { trustedManifest } from './documents.ts';
import { engineFiles } from './engines.ts';
import { programmeSchema } from './programme.ts';
import { keepRules } from './rules.ts';
import { withSettings } from './settings.ts';

/** Remarks of the composer that say what is meant to be: each room has error codes of its own, in its own words. */
const HINTS_ALLOWED = [
  /^INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM Value "[A-Z_]+" of enum type "ErrorCode"/,
  /^INCONSISTENT_DESCRIPTION Element "ErrorCode\./,
];

export interface Composed {
  supergraph: string;
  api: string;
}

/** Composes subgraphs; throws with every error, or every hint that is not allowed. */
export function compose(sdls: Record<string, string>): Composed {
  const services = Object.entries(sdls).map(([name, sdl]) => ({ name, url: `http://${name}`, typeDefs: parse(sdl) }));
  const result = composeServices(services);
  if (result.errors !== undefined) {
    throw new Error(`The rooms do not compose:\n${result.errors.map((error) => `  ${error.message}`).join('\n')}`);
  }
  const hints = result.hints.map((hint) => `${hint.definition.code} ${hint.message}`);
  const unexpected = hints.filter((hint) => !HINTS_ALLOWED.some((allowed) => allowed.test(hint)));
  if (unexpected.length > 0) {
    throw new Error(`The rooms compose with remarks:\n${unexpected.map((hint) => `  ${hint}`).join('\n')}`);
  }
  return {
    supergraph: `${result.supergraphSdl.trim()}\n`,
    api: `${printSchema(result.schema.toAPISchema().toGraphQLJSSchema()).trim()}\n`,
  };
}

/** The generated files of `schema/` by their names. */
export async function schemaFiles(): Promise<Record<string, string>> {
  const { ROOM_DEFINITIONS } = await import('../subgraphs/rooms.ts');
  const sdls: Record<string, string> = {};
  for (const room of ROOMS) sdls[room] = (await buildSubgraph(ROOM_DEFINITIONS[room].subgraph)).sdl;
  keepRules(sdls);
  const { supergraph, api } = compose(sdls);
  const rooms = Object.entries(sdls).map(([room, sdl]) => [`${room}.graphql`, sdl]);
  return {
    ...Object.fromEntries(rooms),
    'supergraph.graphql': supergraph,
    'api.graphql': api,
    'trusted-documents.json': trustedManifest(packageRoot()),
  };
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** Writes the files that are stale, or with `check` only names them; false when there are such. */
export async function refresh(check: boolean): Promise<boolean> {
  const path = (file: string) => join(packageRoot(), file);
  const made = await schemaFiles();
  const schema = Object.entries(made).map(([name, text]) => [`schema/${name}`, text] as const);
  const engines = Object.entries(engineFiles(made)).map(([name, text]) => [`deploy/engines/${name}`, text] as const);
  const { ROOM_DEFINITIONS } = await import('../subgraphs/rooms.ts');
  const others = [
    ['README.md', withSettings(read(path('README.md')) ?? '')],
    ['programmes/schema.json', programmeSchema((room) => ROOM_DEFINITIONS[room].programme)],
  ] as const;
  const files = [...schema, ...engines, ...others];
  const stale = files.filter(([file, text]) => read(path(file)) !== text);
  if (!check) for (const [file, text] of stale) writeFileSync(path(file), text);
  for (const [file] of stale) console.log(`${file} ${check ? 'is stale: run npm run schema' : 'written'}`);
  return !check || stale.length === 0;
}
