// The form of every variable that is read, its default, and what the README says of it.
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { givenKey } from './kept.ts';

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

export const environment = z.object({
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
  PROGRAMME: z
    .string()
    .default('programmes/hybrid-retail.yaml')
    .describe('The programme’s file, taken at a start when it says another thing than before'),
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
  ROUTER_SECRET: z
    .string()
    .min(32)
    .optional()
    .describe(
      'Lets other routers ask the rooms, 32 characters or more: each room’s own secret is made from it. None may when left out',
    ),
  TOKEN_KEYS_URI: z
    .url()
    .optional()
    .describe(
      'Where rooms that other routers ask find the keys of api clients’ tokens; the gateway’s on this machine when left out',
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
  SHARE_QUERIES: flag
    .default(true)
    .describe('Equal queries of one credential to a room of another process are asked once while one is under way'),
  DOCUMENTS: z
    .enum(['any', 'trusted'])
    .default('any')
    .describe('Which documents are answered: `any`, or the `trusted` ones of `schema/trusted-documents.json` alone'),
  SUPERGRAPH: z
    .string()
    .refine((path) => existsSync(path), 'there is no such file')
    .optional()
    .describe('The supergraph’s file, served anew when it changes; the package’s own when left out, watched as well'),
  GATEWAY_WORKERS: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .default(1)
    .describe('Processes that answer clients on the one port; with more than one the rooms have a process beside them'),
  DRAIN_SECONDS: z.coerce
    .number()
    .int()
    .min(0)
    .max(300)
    .default(0)
    .describe(
      'How long a gateway that is told to stop goes on taking requests while `/health/ready` says 503, so that load balancers leave it first',
    ),
  RATE_PER_CREDENTIAL: perMinute.default(12_000).describe('Requests a minute with one credential'),
  RATE_ANONYMOUS: perMinute.default(600).describe('Requests a minute from one address without a credential'),
  RATE_FAILED: perMinute.default(60).describe('Bad credentials a minute from one address'),
  COST_MAX: perMinute.default(200_000).describe('What one operation may cost, by `@cost` and `@listSize`'),
  COST_PER_MINUTE: perMinute
    .default(6_000_000)
    .describe('What the operations with one credential may cost in a minute'),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/ })
    .optional()
    .describe('Redis in which gateways count together what clients ask; each counts for itself when left out'),
  CLIENTS: list
    .pipe(z.array(z.string().regex(/^[a-z][a-z0-9_-]{0,40}$/i, 'letters, digits, _ and -')))
    .default([])
    .describe(
      'Clients that are counted by the name in their `apollographql-client-name`, by comma, beside those of the trusted documents; others are `other`',
    ),
  METRICS_TOKEN: z
    .string()
    .min(16)
    .optional()
    .describe('Who sends it as bearer may read `/metrics`; this machine alone may when left out'),
  SLOW_REQUEST_MS: z.coerce
    .number()
    .int()
    .min(1)
    .default(2_000)
    .describe('A request that takes longer is told in the log'),
  SLOW_PLAN_MS: z.coerce
    .number()
    .int()
    .min(1)
    .default(250)
    .describe('An operation whose plan takes longer is told in the log'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'Collector that takes traces by OTLP over HTTP, such as `http://localhost:4318`; no traces when left out',
    ),
});

/** A room's own, by short names. */
export const roomEnvironment = z.object({
  databaseUrl: z.url().optional().describe('A database for this room alone'),
  url: z.url().optional().describe('Where the gateway and other rooms find it; its port on this machine when left out'),
  port: port.optional().describe('Where it listens as a process of its own'),
});
