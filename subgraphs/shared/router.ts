// Another router in the gateway's place: a room believes a client's token that comes with this room's router secret, and
// makes the same viewer of it as the gateway does.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { apiClients } from './api-clients.ts';
import { clientTokenReader } from './client-token.ts';
import type { Config, RoomName } from './config.ts';
import { bearerOf, CredentialRefused, remoteIssuers, remoteKeys, tokenViewer } from './credential.ts';
import type { Ask } from './peer.ts';
import type { Viewer } from './viewer.ts';

export const ROUTER_HEADER = 'x-loyalty-router';

/** What routers send to one room, and to no other: who has it knows neither the whole secret nor another room's. */
export const routerSecret = (secret: string, room: RoomName): string =>
  createHmac('sha256', secret).update(`router:${room}`).digest('hex');

/** The setting of a router's process that has it. */
export const routerVariable = (room: RoomName): string => `ROUTER_SECRET_${room.toUpperCase()}`;

export interface Routers {
  /** Whether a request comes from one. */
  sent(headers: IncomingHttpHeaders): boolean;
  /** The client that it asks for; throws `CredentialRefused`. */
  viewer(headers: IncomingHttpHeaders, requestId: string): Promise<Viewer>;
}

function isSame(given: string, secret: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(secret)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Null when no router may ask. `ask` reaches partners and members, as the room. */
export function routers(
  config: Pick<Config, 'routerSecret' | 'tokenKeysUri' | 'memberIssuers' | 'spaces'>,
  room: RoomName,
  ask: Ask,
): Routers | null {
  if (config.routerSecret === null) return null;
  const secret = routerSecret(config.routerSecret, room);
  const viewer = tokenViewer({
    issuers: remoteIssuers(config.memberIssuers),
    tokens: clientTokenReader(remoteKeys(config.tokenKeysUri)),
    clients: apiClients(ask, config.spaces[0]!),
    ask,
  });
  return {
    sent({ [ROUTER_HEADER]: given }) {
      return typeof given === 'string' && isSame(given, secret);
    },
    async viewer({ authorization }, requestId) {
      const token = bearerOf(authorization);
      if (token === undefined) throw new CredentialRefused('Send a token.');
      // A key lives long and does more than one token: it is for the gateway alone, which gives a token for it.
      if (token.startsWith('lyl_')) throw new CredentialRefused('Send a token of /oauth/token, not the API key.');
      return viewer(token, requestId);
    },
  };
}
