// `npm run programme -- plan FILE`: a programme's file against the running graph, and versions of it.
// Exit codes: 0 it was done, 1 the document or the request is refused, 2 it could not be asked.
import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import {
  APPLY,
  DRAFT,
  EXPORT,
  PLAN,
  ROLLBACK,
  type Applied,
  type Drafted,
  type Plan,
  type UserError,
} from './documents.ts';
import { appliedLine, faultLine, planLines } from './report.ts';

interface Connection {
  address?: string;
  operator?: string;
  credentials: string;
}

interface Options extends Connection {
  key: string;
  at?: string;
  to?: string;
  expect?: string;
  version?: string;
}

/** Where the graph is and the operator's key, as given, else as the demo has them. */
async function connected({ address, operator, credentials }: Connection): Promise<{ address: string; key: string }> {
  if (operator) return { address: address ?? 'http://127.0.0.1:4000/graphql', key: operator };
  let text;
  try {
    text = await readFile(credentials, 'utf8');
  } catch {
    throw new Error(`${credentials} is not there: start the graph with npm start, or give a key by LOYALTY_KEY.`);
  }
  const demo = JSON.parse(text) as { address: string; operator: { key: string } };
  return { address: address ?? demo.address, key: demo.operator.key };
}

/** The answer of the operation's only field. */
async function ask<T>(options: Connection, query: string, variables: object): Promise<T> {
  const { address, key } = await connected(options);
  const response = await fetch(address, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      'apollographql-client-name': 'programme',
    },
    body: JSON.stringify({ query, variables }),
  }).catch((cause: unknown) => {
    throw new Error(`${address} does not answer.`, { cause });
  });
  const { data, errors } = (await response.json()) as { data?: Record<string, T>; errors?: { message: string }[] };
  if (errors !== undefined || !data) throw new Error(errors?.map(({ message }) => message).join('\n') ?? 'no answer');
  return Object.values(data)[0]!;
}

/** Tells refusals beside what is told otherwise; whether there were any. */
function refused(file: string, userErrors: UserError[]): boolean {
  for (const error of userErrors) console.error(faultLine(file, error));
  if (userErrors.length > 0) process.exitCode = 1;
  return userErrors.length > 0;
}

function applied(file: string, { programme, userErrors }: Applied): void {
  if (!refused(file, userErrors)) console.log(appliedLine(programme!));
}

/** The server would take other bytes for signs that nobody wrote. */
async function documentOf(file: string): Promise<string> {
  const bytes = await readFile(file);
  if (isUtf8(bytes)) return bytes.toString('utf8');
  const lines = bytes.toString('latin1').split('\n');
  const line = lines.findIndex((text) => !isUtf8(Buffer.from(text, 'latin1'))) + 1;
  throw new Error(`${file}:${line}: is no UTF-8`);
}

async function plan(file: string, options: Options): Promise<void> {
  const answer = await ask<Plan>(options, PLAN, { document: await documentOf(file) });
  if (!refused(file, answer.userErrors)) for (const line of planLines(answer)) console.log(line);
}

async function apply(file: string, { key, expect, at, ...options }: Options): Promise<void> {
  const document = await documentOf(file);
  const input = { idempotencyKey: key, document, expectedVersion: expect, effectiveAt: at };
  applied(file, await ask<Applied>(options, APPLY, { input }));
}

async function rollback({ key, expect, to, ...options }: Options): Promise<void> {
  const input = { idempotencyKey: key, expectedVersion: expect, toVersion: to };
  applied(`version ${to ?? 'before'}`, await ask<Applied>(options, ROLLBACK, { input }));
}

async function draft(file: string, { key, ...options }: Options): Promise<void> {
  const input = { idempotencyKey: key, document: await documentOf(file) };
  const answer = await ask<Drafted>(options, DRAFT, { input });
  if (!refused(file, answer.userErrors)) console.log(answer.draft!.version);
}

/** A file that is there already is not written over. */
async function exportTo(file: string | undefined, { version, ...options }: Options): Promise<void> {
  const document = await ask<string | null>(options, EXPORT, { version });
  if (document === null) throw new Error(`There is no document of version ${version ?? 'in force'}.`);
  if (file === undefined) process.stdout.write(document);
  else await writeFile(file, document, { flag: 'wx' });
}

const program = new Command('programme').description(
  'A programme as a file: what it would change, and versions of it.',
);

function command(usage: string, description: string): Command {
  return program
    .command(usage)
    .description(description)
    .addOption(new Option('--operator <key>', "an operator's key; it decides the space").env('LOYALTY_KEY'))
    .option('--address <url>', 'the graph (default: of the credentials)')
    .option('--credentials <file>', 'where the key is when none is given', '.data/demo.json');
}

const keyed = (usage: string, description: string): Command =>
  command(usage, description).option('--key <text>', 'names this attempt; the same again is done once', randomUUID());

const EXPECT = ['--expect <version>', 'only when this version was applied last'] as const;

command('plan <file>', 'what applying the file would change, and who would change tier; writes nothing').action(plan);
keyed('apply <file>', 'the file as the next version, everywhere or nowhere')
  .option('--at <instant>', 'from when on it is in force, 2027-01-01T00:00:00Z (default: at once)')
  .option(...EXPECT)
  .action(apply);
keyed('rollback', 'an earlier version as the next one')
  .option('--to <version>', 'which one (default: the one before what was applied last)')
  .option(...EXPECT)
  .action(rollback);
keyed('draft <file>', 'keeps the file under a name that quotes can ask for').action(draft);
command('export [file]', 'the document of a version, to a new file or to standard output')
  .option('--version <version>', '`3` or `draft-3` (default: the one in force)')
  .action(exportTo);

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
