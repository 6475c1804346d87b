// The five real rooms, over PostgreSQL and with members in them. Our gateway shows whom it asks for; who comes without
// a signed identity, as peers do, is taken for an operator.
import 'reflect-metadata';
import { pino } from 'pino';
import { ROOM_DEFINITIONS } from '../../subgraphs/rooms.ts';
import { readConfig, ROOMS, type RoomName } from '../../subgraphs/shared/config.ts';
import type { GraphRequest } from '../../subgraphs/shared/execution.ts';
import { IDENTITY_HEADER, identities } from '../../subgraphs/shared/identity.ts';
import { openHouse, type House } from '../../subgraphs/shared/launch.ts';
import { roomViewer } from '../../subgraphs/shared/peer.ts';
import { SCOPES, type Viewer } from '../../subgraphs/shared/viewer.ts';
import { servePlain } from './plain.ts';
import { announce } from './process.ts';

const SPACE = 'live';
const MEMBERS = 64;
const OPERATOR: Viewer = { kind: 'operator', space: SPACE, owner: 'bench', scopes: [...SCOPES] };

/** The rooms over a server with their databases. */
export const realHouse = (server: string, dataDir: string): Promise<House> => {
  const config = readConfig({ DATA_DIR: dataDir });
  const databaseUrl = (room: RoomName) => {
    const url = new URL(server);
    url.pathname = `/loyalty_${room}`;
    return url.href;
  };
  const definitions = ROOMS.map((room) => ROOM_DEFINITIONS[room]);
  const { programme } = config;
  return openHouse(definitions, {
    databaseUrl,
    spaces: [SPACE],
    programme,
    log: pino({ level: 'error' }),
    keep: config,
  });
};

interface Payload {
  member?: { id: string } | null;
  purchase?: { id: string } | null;
  secret?: string | null;
}

async function done(house: House, room: RoomName, query: string, input: object, viewer = OPERATOR): Promise<Payload> {
  const { data, errors } = await house.door(room).execute({ query, variables: { input } }, viewer, 'bench');
  const [payload] = Object.values(data ?? {}) as (Payload | null)[];
  const { member, purchase, secret } = payload ?? {};
  if (!(member ?? purchase ?? secret)) throw new Error(`${query} was refused: ${JSON.stringify(payload ?? errors)}`);
  return payload!;
}

const ENROLL = `mutation ($input: MemberEnrollInput!) { memberEnroll(input: $input) { member { id } userErrors { code } } }`;
const BUY = `mutation ($input: PurchaseRecordInput!) { purchaseRecord(input: $input) { purchase { id } userErrors { code } } }`;
const LET_IN = `mutation ($input: OperatorClientCreateInput!) {
  operatorClientCreate(input: $input) { secret userErrors { code } }
}`;

/** A member with a name and two purchases. */
async function enrolled(house: House, index: number): Promise<string> {
  const identifier = { kind: 'EMAIL', value: `member-${index}@example.com` };
  const profile = { givenName: 'Ada', familyName: `Example ${index}`, locale: 'en-GB', country: 'GB' };
  const idempotencyKey = `enrol-${index}`;
  const { member } = await done(house, 'members', ENROLL, { idempotencyKey, identifiers: [identifier], profile });
  for (const receiptNumber of [`${index}-1`, `${index}-2`]) {
    await done(house, 'points', BUY, {
      idempotencyKey: `buy-${receiptNumber}`,
      member: identifier,
      location: 'northside-london',
      receiptNumber,
      businessDate: '2026-03-02',
      occurredAt: '2026-03-02T10:00:00Z',
      currencyCode: 'GBP',
      lines: [{ number: 1, sku: 'MUG-1', quantity: '2', unitPrice: '60.00' }],
    });
  }
  return member!.id;
}

if (import.meta.main) {
  const [server, dataDir, secret] = process.argv.slice(2) as [string, string, string];
  const house = await realHouse(server, dataDir);
  const memberIds: string[] = [];
  for (let index = 0; index < MEMBERS; index += 1) memberIds.push(await enrolled(house, index));
  const client = { name: 'Bench', scopes: [...SCOPES] };
  const { secret: key } = await done(house, 'partners', LET_IN, client, roomViewer('gateway', SPACE));

  const signed = identities(secret);
  const urls: Partial<Record<RoomName, string>> = {};
  for (const room of ROOMS) {
    urls[room] = await servePlain(async (body, { headers }) => {
      const token = headers[IDENTITY_HEADER];
      const viewer = typeof token === 'string' ? signed.verify(room, token, body) : OPERATOR;
      const request = JSON.parse(body.toString()) as GraphRequest;
      return JSON.stringify(await house.door(room).execute(request, viewer, 'bench'));
    });
  }
  announce({ url: '', urls, world: { memberIds, cursors: [null], key } });
}
