// The only place that reads the environment. Every setting has a default that makes `npm start` work on a bare machine.
import { z } from 'zod';
import { givenKey } from './kept.ts';

export type RoomName = 'members' | 'points' | 'rewards' | 'referrals' | 'partners';
export const ROOMS: readonly RoomName[] = ['members', 'points', 'rewards', 'referrals', 'partners'];

const ROOM_PORTS: Record<RoomName, number> = {
  members: 4001,
  points: 4002,
  rewards: 4003,
  referrals: 4004,
  partners: 4005,
};

const flag = z.enum(['true', 'false', '1', '0', '']).transform((value) => value === 'true' || value === '1');
const port = z.coerce.number().int().min(0).max(65535);

const issuer = z.strictObject({
  /** `iss` of the tokens. */
  issuer: z.string().min(1),
  /** `aud` that the tokens must carry. */
  audience: z.string().min(1),
  /** Where the issuer publishes its keys. */
  jwksUri: z.url(),
  /** The space that its tokens open. */
  space: z.string().default('live'),
});
export type Issuer = z.infer<typeof issuer>;

/** The private half of an Ed25519 key, as RFC 8037 writes it. */
const privateJwk = z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string(), d: z.string() });
export type PrivateJwk = z.infer<typeof privateJwk>;

const json = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue('not JSON');
    return z.NEVER;
  }
});
const signingKey = z.string().transform((text, context) => {
  const pem = givenKey(text);
  if (pem === null) context.addIssue('neither a private Ed25519 key as PEM nor the path of one');
  return pem ?? z.NEVER;
});
const list = z.string().transform((text) => text.split(',').map((item) => item.trim()));
const perMinute = z.coerce.number().int().min(1);

const environment = z.object({
  NODE_ENV: z
    .string()
    .default('development')
    .describe('`production`: no introspection, no suggestions in errors, and the demo only when asked for'),
  HOST: z.string().default('127.0.0.1').describe('Address on which a process listens'),
  PORT: port.default(4000).describe('Port of the gateway'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('How much is logged: `fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`'),
  DATA_DIR: z
    .string()
    .default('.data')
    .describe('Folder of the embedded PostgreSQL, of the demo’s credentials, of the ledger’s seals and of keys made'),
  PROGRAMME: z.string().default('programmes/hybrid-retail.yaml').describe('The programme’s file'),
  SPACES: list
    .pipe(z.array(z.string().regex(/^[a-z][a-z0-9_]{0,40}$/, 'lower case letters, digits and _')).min(1))
    .default(['live', 'sandbox'])
    .describe(
      'Programmes with data of their own, by comma; one whose name begins with `sandbox` has a clock that can be moved',
    ),
  DEMO: flag
    .optional()
    .describe('Demo issuer and `demo.json`; on unless `NODE_ENV` is `production` or a database is given'),
  DATABASE_URL: z
    .url()
    .optional()
    .describe(
      'A PostgreSQL server, 18 or newer, for all rooms: databases `loyalty_members` and so on; the embedded one when left out',
    ),
  IDENTITY_SECRET: z
    .string()
    .min(32)
    .optional()
    .describe(
      'Signs what processes say to each other, 32 characters or more; made once under `DATA_DIR` when left out',
    ),
  MEMBER_ISSUERS: json
    .pipe(z.array(issuer))
    .default([])
    .describe('Whose tokens are members: JSON list of `{ issuer, audience, jwksUri, space }`'),
  TOKEN_KEYS: json
    .pipe(z.object({ keys: z.tuple([privateJwk], privateJwk) }))
    .optional()
    .describe(
      'JWKS of private Ed25519 keys that sign api clients’ tokens, newest first; made and changed under `DATA_DIR` when left out',
    ),
  SEAL_KEY: signingKey
    .optional()
    .describe('Private Ed25519 key, PEM or path, that signs the ledger’s seals; made under `DATA_DIR` when left out'),
  CORS_ORIGINS: list
    .pipe(z.array(z.string().refine((text) => URL.parse(text)?.origin === text, 'not an origin: https://host')))
    .default([])
    .describe('Origins whose pages may ask, by comma'),
  PROXIES: z.coerce
    .number()
    .int()
    .min(0)
    .max(10)
    .default(0)
    .describe('How many proxies of yours stand before the gateway and write `X-Forwarded-For`'),
  RATE_PER_CREDENTIAL: perMinute.default(12_000).describe('Requests a minute with one credential'),
  RATE_ANONYMOUS: perMinute.default(600).describe('Requests a minute from one address without a credential'),
  RATE_FAILED: perMinute.default(60).describe('Bad credentials a minute from one address'),
});

const roomEnvironment = z.object({
  databaseUrl: z.url().optional().describe('A database for this room alone'),
  url: z.url().optional().describe('Where the gateway and other rooms find it; its port on this machine when left out'),
  port: port.optional().describe('Where it listens as a process of its own'),
});

/** What a room's own variables are called. */
const roomVariables = (room: RoomName) => ({
  databaseUrl: `DATABASE_URL_${room.toUpperCase()}`,
  url: `${room.toUpperCase()}_URL`,
  port: `${room.toUpperCase()}_PORT`,
});

export interface Setting {
  variable: string;
  description: string;
  /** What holds when it is left out; empty: as the description says. */
  otherwise: string;
}

/** Every variable that is read, for the README. A room's own are shown for members. */
export function settings(): Setting[] {
  const setting = (variable: string, schema: z.ZodType, otherwise = ''): Setting => {
    const value = schema.safeParse(undefined).data as string | number | boolean | unknown[] | undefined;
    return { variable, description: schema.description ?? '', otherwise: otherwise || String(value ?? '') };
  };
  const variables = roomVariables('members');
  const { databaseUrl, url, port: ownPort } = roomEnvironment.shape;
  const ports = ROOMS.map((room) => `${room} ${ROOM_PORTS[room]}`).join(', ');
  return [
    ...Object.entries(environment.shape).map(([variable, schema]) => setting(variable, schema)),
    setting(`${variables.databaseUrl}, …`, databaseUrl),
    setting(`${variables.url}, …`, url),
    setting(`${variables.port}, …`, ownPort, ports),
  ];
}

export interface Config {
  production: boolean;
  host: string;
  port: number;
  logLevel: string;
  dataDir: string;
  /** Path of the programme's YAML file. */
  programme: string;
  /** One live space first, then sandboxes. */
  spaces: string[];
  /** Demo issuer and demo credentials. Off in production and with a database of one's own, unless asked for. */
  demo: boolean;
  /** One server for all rooms; null: the embedded one. */
  databaseUrl: string | null;
  roomDatabaseUrls: Record<RoomName, string | null>;
  /** Signs what the gateway and the rooms say to each other; null: kept under `dataDir`. */
  identitySecret: string | null;
  memberIssuers: Issuer[];
  /** Keys that sign api clients' tokens, the first of them now; null: made and changed under `dataDir`. */
  tokenKeys: [PrivateJwk, ...PrivateJwk[]] | null;
  /** Signs the daily roots of the ledger, PEM; null: made and kept under `dataDir`. */
  sealKey: string | null;
  /** Origins whose pages may ask. */
  corsOrigins: string[];
  /** How many proxies of ours stand before the gateway and write `X-Forwarded-For`. */
  proxies: number;
  /** Requests a minute: with one credential; without, from one address; with a bad one, from one address. */
  rates: { perCredential: number; anonymous: number; failed: number };
  /** Where each room listens when it runs as a process of its own. */
  roomUrls: Record<RoomName, string>;
  roomPorts: Record<RoomName, number>;
  /** The named point at which the process kills itself; a hook of the tests, no setting. */
  crashAt: string | null;
}

/** Throws an error that names each wrong variable and what it should be. */
export function readConfig(env: Record<string, string | undefined> = process.env): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const problems: string[] = [];
  function read<T>(schema: z.ZodType<T>, values: object, nameOf: (key: string) => string): T | undefined {
    const parsed = schema.safeParse(values);
    if (parsed.success) return parsed.data;
    problems.push(...parsed.error.issues.map((issue) => `  ${nameOf(issue.path.join('.'))}: ${issue.message}`));
    return undefined;
  }

  const values = read(environment, given, (key) => key);
  const rooms = ROOMS.map((room) => {
    const variables: Record<string, string> = roomVariables(room);
    const named = Object.fromEntries(Object.entries(variables).map(([key, variable]) => [key, given[variable]]));
    return [room, read(roomEnvironment, named, (key) => variables[key] ?? key)] as const;
  });
  const crashAt = given['CRASH_AT'] ?? null;
  if (crashAt !== null && given['NODE_ENV'] === 'production') problems.push('  CRASH_AT: never in production');
  if (values === undefined || problems.length > 0) {
    throw new Error(`The environment cannot be used:\n${problems.join('\n')}`);
  }
  const perRoom = <T>(pick: (room: RoomName, own: z.infer<typeof roomEnvironment>) => T) =>
    Object.fromEntries(rooms.map(([room, own]) => [room, pick(room, own!)])) as Record<RoomName, T>;
  const production = values.NODE_ENV === 'production';
  const roomPorts = perRoom((room, own) => own.port ?? ROOM_PORTS[room]);
  return {
    production,
    host: values.HOST,
    port: values.PORT,
    logLevel: values.LOG_LEVEL,
    dataDir: values.DATA_DIR,
    programme: values.PROGRAMME,
    spaces: values.SPACES,
    // Whoever brings a database of their own wants no credentials for everybody in it.
    demo:
      values.DEMO ?? (!production && values.DATABASE_URL === undefined && rooms.every(([, own]) => !own?.databaseUrl)),
    databaseUrl: values.DATABASE_URL ?? null,
    roomDatabaseUrls: perRoom((_, own) => own.databaseUrl ?? null),
    identitySecret: values.IDENTITY_SECRET ?? null,
    memberIssuers: values.MEMBER_ISSUERS,
    tokenKeys: values.TOKEN_KEYS?.keys ?? null,
    sealKey: values.SEAL_KEY ?? null,
    corsOrigins: values.CORS_ORIGINS,
    proxies: values.PROXIES,
    rates: { perCredential: values.RATE_PER_CREDENTIAL, anonymous: values.RATE_ANONYMOUS, failed: values.RATE_FAILED },
    roomPorts,
    crashAt,
    roomUrls: perRoom((room, own) => own.url ?? `http://127.0.0.1:${roomPorts[room]}`),
  };
}

/** Apollo's gateway reports to its makers unless a variable says otherwise; call before one is made. */
export function switchOffTelemetry(): void {
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
}
