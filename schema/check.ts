// `npm run schema -- check [FILE.graphql …]`: may this be deployed? What the code says now, or rooms' files named as in
// `schema/`, is composed and compared with the API that is committed, and with what its clients send.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { trustedDocuments, type TrustedDocument } from '../gateway/documents/manifest.ts';
import { ROOMS } from '../subgraphs/shared/config.ts';
import { packageRoot } from '../subgraphs/shared/package-root.ts';
import { areBreaking, effects, type Effects } from './changes.ts';
import { compose, schemaFiles } from './compose.ts';
import { keepRules } from './rules.ts';

/** A file of `schema/` as a commit has it; null where there is no repository, or no such commit or file. */
export function committed(file: string, commit = 'HEAD'): string | null {
  try {
    return execFileSync('git', ['show', `${commit}:./schema/${file}`], {
      cwd: packageRoot(),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return null;
  }
}

const onDisk = (file: string): string => readFileSync(join(packageRoot(), 'schema', file), 'utf8');
const last = (file: string): string => committed(file) ?? onDisk(file);

async function apiWith(files: readonly string[]): Promise<string> {
  if (files.length === 0) return (await schemaFiles())['api.graphql']!;
  const sdls = Object.fromEntries(ROOMS.map((room) => [room, last(`${room}.graphql`)]));
  for (const file of files) {
    const room = basename(file, '.graphql');
    if (!(room in sdls)) throw new Error(`${file}: a room's file is one of ${ROOMS.join('.graphql, ')}.graphql`);
    sdls[room] = readFileSync(file, 'utf8');
  }
  keepRules(sdls);
  return compose(sdls).api;
}

const naming = ({ name, client }: TrustedDocument): string => `${name} (${client})`;

/** What is told of the effects, line by line. */
export function told({ changes, invalid }: Effects): string[] {
  if (changes.length === 0 && invalid.length === 0) return ['Nothing that a client could notice.'];
  return [
    ...changes.flatMap(({ level, path, message, isAnnounced, askedBy }) => [
      `${level.padEnd(9)} ${path}: ${message}${isAnnounced ? '; announced' : ''}`,
      ...(askedBy.length === 0 ? [] : [`          asked by ${askedBy.map(naming).join('; ')}`]),
    ]),
    ...invalid.map(({ document, problem }) => `INVALID   ${naming(document)}: ${problem}`),
  ];
}

/** Prints what would change; false when it would break a client. */
export async function check(files: readonly string[]): Promise<boolean> {
  // What clients out there send is what was committed, whatever the documents say by now.
  const trusted = trustedDocuments(last('trusted-documents.json'));
  const today = new Date().toISOString().slice(0, 10);
  const found = await effects(last('api.graphql'), await apiWith(files), trusted, today);
  for (const line of told(found)) console.log(line);
  return !areBreaking(found);
}
