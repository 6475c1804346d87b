// The whole gateway over the world's rooms, asked as clients ask: by HTTP and with an API key for each viewer.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { openGateway } from '../../../gateway/gateway.ts';
import { keyText } from '../../../subgraphs/shared/api-key.ts';
import { readConfig, type RoomName } from '../../../subgraphs/shared/config.ts';
import type { Door } from '../../../subgraphs/shared/peer.ts';
import type { Answer } from './answer.ts';
import { localDoors, type Ways } from './ways.ts';
import type { World } from './world.ts';

const sha256 = (text: string) => createHash('sha256').update(text);
const WITHOUT_LIMITS = { depth: 100, fields: 10_000, aliases: 1_000, directives: 1_000, rootFields: 100 };

export async function openServed(world: World): Promise<Ways> {
  const doors = localDoors(world);
  /** By the hash of its key. */
  const clients = new Map<string, object>();
  const partners: Door = {
    ...doors.partners,
    async execute(request, viewer, requestId) {
      if (viewer.kind !== 'room') return doors.partners.execute(request, viewer, requestId);
      return { data: { apiClientByKey: clients.get(String(request.variables!['keyHash'])) } };
    },
  };
  const dataDir = mkdtempSync(join(tmpdir(), 'loyalty-oracle-'));
  const config = readConfig({ NODE_ENV: 'test', DEMO: 'false', PORT: '0' });
  const gateway = await openGateway(
    { ...config, dataDir, costs: { max: 1e9, perMinute: 1e9 } },
    {
      door: (room: RoomName) => (room === 'partners' ? partners : doors[room]),
      supergraphSdl: world.supergraph,
      limits: WITHOUT_LIMITS,
      log: pino({ level: 'silent' }),
    },
  );
  return {
    names: ['served'],
    async answer({ query, variables, operationName, viewer: { kind, owner, scopes, space } }, way) {
      const key = keyText(false, sha256(`${owner} ${scopes.join()}`).digest());
      clients.set(sha256(key).digest('hex'), { id: owner, kind, scopes, space, partnerId: null, expiresAt: null });
      const response = await fetch(gateway.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, 'x-request-id': way },
        body: JSON.stringify({ query, variables, ...(operationName === null ? {} : { operationName }) }),
      });
      return (await response.json()) as Answer;
    },
    async close() {
      await gateway.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
