// `POST /oauth/token`: an api client's id and key for a token of ten minutes, by client credentials (RFC 6749, 4.4).
import type { IncomingMessage, ServerResponse } from 'node:http';
import OAuth2Server from '@node-oauth/oauth2-server';
import type { Logger } from 'pino';
import { keyHash, type ApiClientFacts, type ApiClients } from '../../subgraphs/shared/api-clients.ts';
import { isKeyText } from '../../subgraphs/shared/api-key.ts';
import { HttpRefusal, readBody, sendJson } from '../http.ts';
import type { Rates } from '../limits/rates.ts';
import type { Route } from '../server.ts';
import { TOKEN_SECONDS, type ClientTokens } from './client-tokens.ts';
import { publicJwk, type SigningKeys } from './signing-keys.ts';

const BODY_MAX = 4_096;
const { OAuthError, InvalidRequestError, InvalidClientError, Request, Response } = OAuth2Server;

export interface TokenEndpointParts {
  clients: ApiClients;
  tokens: ClientTokens;
  rates: Rates;
  log: Logger;
}

interface Client extends OAuth2Server.Client {
  facts: ApiClientFacts;
  hash: string;
}

/** How the grant sees api clients: nothing is stored, a token says all that there is. */
function grantModel({ clients, tokens }: TokenEndpointParts, requestId: string, mayLookUp: boolean) {
  const model: OAuth2Server.ClientCredentialsModel = {
    async getClient(id, secret) {
      const hash = keyHash(secret);
      const known = isKeyText(secret) && (mayLookUp || clients.isRemembered(hash));
      const facts = known ? await clients.byKeyHash(hash, requestId) : null;
      return facts?.id === id && { id, grants: ['client_credentials'], facts, hash };
    },
    getUserFromClient: (client) => Promise.resolve({ id: client.id }),
    validateScope: (_, client, asked) => {
      const { scopes } = (client as Client).facts;
      const given = asked ?? scopes;
      return Promise.resolve(given.every((scope) => scopes.includes(scope)) && given);
    },
    generateAccessToken: (client, _, scopes) =>
      tokens.issue({ clientId: client.id, hash: (client as Client).hash, scopes: scopes ?? [] }),
    saveToken: (token, client, user) => Promise.resolve({ ...token, client, user }),
    getAccessToken: () => Promise.resolve(false),
  };
  return model;
}

async function readForm(request: IncomingMessage): Promise<Record<string, string>> {
  const form = [...new URLSearchParams(await readBody(request, BODY_MAX))];
  const fields = Object.fromEntries(form);
  if (Object.keys(fields).length < form.length) throw new InvalidRequestError('A parameter came twice.');
  return fields;
}

/** The form of RFC 6749, 5.2, for whatever went wrong. */
function sendError(response: ServerResponse, status: number, error: string, description: string, headers = {}): void {
  const body = { error, error_description: description };
  sendJson(response, status, body, { 'cache-control': 'no-store', ...headers });
}

export function tokenEndpoint(parts: TokenEndpointParts): Route {
  const { rates, log } = parts;

  async function grant(request: IncomingMessage, response: ServerResponse, requestId: string, address: string) {
    if (request.method !== 'POST') throw new HttpRefusal(405, 'invalid_request', 'POST it.', { allow: 'POST' });
    await rates.anonymous(address);
    const headers = request.headers as Record<string, string>;
    const body = await readForm(request);
    const model = grantModel(parts, requestId, await rates.mayLookUp(address));
    const answer = new Response({});
    const server = new OAuth2Server({ model, accessTokenLifetime: TOKEN_SECONDS });
    await server.token(new Request({ headers, method: 'POST', query: {}, body }), answer).catch(async (error) => {
      if (error instanceof InvalidClientError) await rates.failed(address);
      throw error;
    });
    sendJson(response, 200, answer.body as object, answer.headers);
  }

  return (request, response, { requestId, address }) =>
    grant(request, response, requestId, address).catch((error: unknown) => {
      if (error instanceof HttpRefusal) {
        const code = error.code === 'THROTTLED' ? 'temporarily_unavailable' : 'invalid_request';
        return sendError(response, error.status, code, error.message, error.headers);
      }
      if (error instanceof OAuthError && error.code < 500) {
        const challenge = error.code === 401 ? { 'www-authenticate': 'Basic realm="loyalty"' } : {};
        return sendError(response, error.code, error.name, error.message, challenge);
      }
      log.error({ err: error, requestId }, 'a token could not be given');
      sendError(response, 500, 'server_error', 'Internal error.');
    });
}

/** `GET /.well-known/jwks.json`: the public keys of our tokens. */
export const jwksEndpoint =
  (keys: SigningKeys): Route =>
  async (request, response) => {
    if (request.method !== 'GET') throw new HttpRefusal(405, 'BAD_REQUEST', 'GET it.', { allow: 'GET' });
    const published = (await keys.published()).map(publicJwk);
    sendJson(response, 200, { keys: published }, { 'cache-control': 'public, max-age=3600' });
  };
