// The demo's credentials, in a file that only its owner reads: one of each kind of client, made through the graph.
// They survive restarts; only what no longer works is made again.
import { randomUUID } from 'node:crypto';
import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RoomName } from '../subgraphs/shared/config.ts';
import { CredentialRefused } from '../subgraphs/shared/credential.ts';
import { roomViewer, type Door } from '../subgraphs/shared/peer.ts';
import { SCOPES, type Scope } from '../subgraphs/shared/viewer.ts';
import { API_CLIENT_CREATE, CHANNELS, ME, MEMBER_ENROLL, PARTNERS } from './demo-documents.ts';
import type { DemoIssuer } from './demo-issuer.ts';
import type { Identity } from './identity.ts';

const TOKEN_HOURS = 30 * 24;
const MEMBER_SUBJECT = 'demo-member';
const TILL_SCOPES: Scope[] = [
  'members:read',
  'members:write',
  'purchases:read',
  'purchases:write',
  'points:read',
  'rewards:read',
  'rewards:write',
];
/** A partner lets its tills in: it must hold what it gives them. */
const PARTNER_SCOPES: Scope[] = [...TILL_SCOPES, 'partners:read', 'partners:manage', 'rewards:manage'];

/** What the file holds. */
export interface DemoCredentials {
  /** Where the graph is. */
  address: string;
  operator: { key: string };
  partners: { id: string; code: string; key: string }[];
  /** One for each shop. */
  tills: { partner: string; channel: string; location: string; terminals: string[]; key: string }[];
  member: { id: string; subject: string; token: string; expiresAt: string };
}

export interface DemoOptions {
  address: string;
  dataDir: string;
  space: string;
  issuer: DemoIssuer;
  identity: Identity;
  door(room: RoomName): Door;
}

interface Channel {
  code: string;
  kind: string;
  locations: { nodes: { code: string; terminals: { code: string }[] }[] };
}

/** Not in the API: only the gateway itself may ask it. */
const OPERATOR_CLIENT_CREATE = `mutation DemoOperator($input: OperatorClientCreateInput!) {
  operatorClientCreate(input: $input) { secret userErrors { code message } }
}`;

const fileOf = (dataDir: string) => join(dataDir, 'demo.json');

function kept(dataDir: string): Partial<DemoCredentials> {
  try {
    return JSON.parse(readFileSync(fileOf(dataDir), 'utf8')) as Partial<DemoCredentials>;
  } catch {
    return {};
  }
}

/** Asks the graph as a client does; throws when it does not answer. */
async function asClient<T>(address: string, credential: string, query: string, variables: object = {}): Promise<T> {
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${credential}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data?: T | null; errors?: { message: string }[] };
  if (errors !== undefined || !data) throw new Error(`the demo was refused: ${errors?.[0]?.message ?? 'no data'}`);
  return data;
}

interface Payload {
  secret?: string | null;
  member?: { id: string } | null;
  userErrors: { code: string; message: string }[];
}

function accepted(payload: Payload | undefined): Payload {
  const refusal = payload?.userErrors[0];
  if (payload === undefined || refusal !== undefined) {
    throw new Error(`the demo was refused: ${refusal?.code ?? ''} ${refusal?.message ?? ''}`);
  }
  return payload;
}

async function works(identity: Identity, key: string): Promise<boolean> {
  try {
    return (await identity.viewer({ 'x-api-key': key }, 'demo')).kind !== 'anonymous';
  } catch (error) {
    if (error instanceof CredentialRefused) return false;
    throw error;
  }
}

async function operatorKey({ door, space }: DemoOptions): Promise<string> {
  const input = { name: 'Demo operator', scopes: [...SCOPES] };
  const operation = { query: OPERATOR_CLIENT_CREATE, variables: { input } };
  const { data, errors } = await door('partners').execute(operation, roomViewer('gateway', space), 'demo');
  if (errors !== undefined) throw new Error(`the demo was refused: ${errors[0]?.message ?? ''}`);
  return accepted(data?.['operatorClientCreate'] as Payload | undefined).secret!;
}

async function enrolledMember({ address, issuer }: DemoOptions): Promise<DemoCredentials['member']> {
  const { token, expiresAt } = await issuer.token(MEMBER_SUBJECT, TOKEN_HOURS);
  const { me } = await asClient<{ me: { id: string } | null }>(address, token, ME);
  if (me !== null) return { id: me.id, subject: MEMBER_SUBJECT, token, expiresAt };
  const input = {
    idempotencyKey: randomUUID(),
    identifiers: [{ kind: 'EMAIL', value: 'ada@example.com' }],
    profile: { givenName: 'Ada', familyName: 'Example', locale: 'en-GB', country: 'GB' },
  };
  const enrolled = await asClient<{ memberEnroll: Payload }>(address, token, MEMBER_ENROLL, { input });
  return { id: accepted(enrolled.memberEnroll).member!.id, subject: MEMBER_SUBJECT, token, expiresAt };
}

/** Makes what is missing and writes the file; the graph must be open at the address. */
export async function demoCredentials(options: DemoOptions): Promise<DemoCredentials> {
  const { address, dataDir, identity } = options;
  const known = kept(dataDir);
  const keep = async (key: string | undefined, make: () => Promise<string>) =>
    key !== undefined && (await works(identity, key)) ? key : make();

  const operator = await keep(known.operator?.key, () => operatorKey(options));
  const apiClient = async (partnerId: string, name: string, scopes: Scope[], channel?: string) => {
    const input = {
      idempotencyKey: randomUUID(),
      partnerId,
      name,
      scopes,
      ...(channel === undefined ? {} : { channel }),
    };
    const made = await asClient<{ apiClientCreate: Payload }>(address, operator, API_CLIENT_CREATE, { input });
    return accepted(made.apiClientCreate).secret!;
  };
  const { partners: listed } = await asClient<{ partners: { nodes: { id: string; code: string }[] } }>(
    address,
    operator,
    PARTNERS,
  );
  const partners: DemoCredentials['partners'] = [];
  const tills: DemoCredentials['tills'] = [];
  for (const { id, code } of listed.nodes) {
    const before = known.partners?.find((partner) => partner.code === code)?.key;
    partners.push({ id, code, key: await keep(before, () => apiClient(id, `Demo partner ${code}`, PARTNER_SCOPES)) });
    const { partner } = await asClient<{ partner: { channels: Channel[] } }>(address, operator, CHANNELS, { id });
    for (const channel of partner.channels.filter(({ kind }) => kind === 'SHOP')) {
      for (const { code: location, terminals } of channel.locations.nodes) {
        const key = await keep(known.tills?.find((till) => till.location === location)?.key, () =>
          apiClient(id, `Demo till ${location}`, TILL_SCOPES, channel.code),
        );
        const codes = terminals.map((terminal) => terminal.code);
        tills.push({ partner: code, channel: channel.code, location, terminals: codes, key });
      }
    }
  }
  const member = await enrolledMember(options);
  const credentials = { address, operator: { key: operator }, partners, tills, member };
  const draft = `${fileOf(dataDir)}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, fileOf(dataDir));
  return credentials;
}
