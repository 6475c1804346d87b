// The only place that reads the environment. Every setting has a default that makes `npm start` work on a bare machine.
import type { z } from 'zod';
import { environment, roomEnvironment, type Issuer, type PrivateJwk } from './environment.ts';

export type RoomName = 'members' | 'points' | 'rewards' | 'referrals' | 'partners';
export const ROOMS: readonly RoomName[] = ['members', 'points', 'rewards', 'referrals', 'partners'];

const ROOM_PORTS: Record<RoomName, number> = {
  members: 4001,
  points: 4002,
  rewards: 4003,
  referrals: 4004,
  partners: 4005,
};

/** What a room's own variables are called. */
export const roomVariables = (room: RoomName) => ({
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
  /** From which each room's secret for other routers is made; null: no other router may ask. */
  routerSecret: string | null;
  /** Where the gateway publishes the keys of api clients' tokens. */
  tokenKeysUri: string;
  /** Signs the daily roots of the ledger, PEM; null: made and kept under `dataDir`. */
  sealKey: string | null;
  /** Origins whose pages may ask. */
  corsOrigins: string[];
  /** Processes that answer clients on one port. */
  gatewayWorkers: number;
  /** How long requests are still taken after the signal to stop. */
  drainSeconds: number;
  /** How many proxies of ours stand before the gateway and write `X-Forwarded-For`. */
  proxies: number;
  /** Equal queries of one credential to a room of another process are asked once while one is under way. */
  shareQueries: boolean;
  /** Path of the supergraph; null: the package's. */
  supergraph: string | null;
  /** Which documents clients may send. */
  documents: 'any' | 'trusted';
  /** Requests a minute: with one credential; without, from one address; with a bad one, from one address. */
  rates: { perCredential: number; anonymous: number; failed: number };
  /** What one operation may cost, and a credential's operations in a minute. */
  costs: { max: number; perMinute: number };
  /** Where gateways count together; null: each for itself. */
  redisUrl: string | null;
  /** How the gateway is watched; `metricsToken` null: from this machine alone, `traceEndpoint` null: no traces. */
  observability: {
    clients: string[];
    metricsToken: string | null;
    slowRequestMs: number;
    slowPlanMs: number;
    traceEndpoint: string | null;
  };
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
    routerSecret: values.ROUTER_SECRET ?? null,
    tokenKeysUri: values.TOKEN_KEYS_URI ?? `http://127.0.0.1:${values.PORT}/.well-known/jwks.json`,
    sealKey: values.SEAL_KEY ?? null,
    corsOrigins: values.CORS_ORIGINS,
    gatewayWorkers: values.GATEWAY_WORKERS,
    drainSeconds: values.DRAIN_SECONDS,
    proxies: values.PROXIES,
    supergraph: values.SUPERGRAPH ?? null,
    documents: values.DOCUMENTS,
    shareQueries: values.SHARE_QUERIES,
    rates: { perCredential: values.RATE_PER_CREDENTIAL, anonymous: values.RATE_ANONYMOUS, failed: values.RATE_FAILED },
    costs: { max: values.COST_MAX, perMinute: values.COST_PER_MINUTE },
    redisUrl: values.REDIS_URL ?? null,
    observability: {
      clients: values.CLIENTS,
      metricsToken: values.METRICS_TOKEN ?? null,
      slowRequestMs: values.SLOW_REQUEST_MS,
      slowPlanMs: values.SLOW_PLAN_MS,
      traceEndpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT ?? null,
    },
    roomPorts,
    crashAt,
    roomUrls: perRoom((room, own) => own.url ?? `http://127.0.0.1:${roomPorts[room]}`),
  };
}

/** Apollo's gateway reports to its makers unless a variable says otherwise; call before one is made. */
export function switchOffTelemetry(): void {
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
}
