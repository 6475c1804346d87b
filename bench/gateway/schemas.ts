// The five schemas as they are promised in `schema/`, over data in memory. They run operations as the rooms do, by the
// product's own executor.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { pino } from 'pino';
import type { RoomName } from '../../subgraphs/shared/config.ts';
import { executor, type Execute } from '../../subgraphs/shared/execution.ts';
import { packageRoot } from '../../subgraphs/shared/package-root.ts';
import { SCOPES } from '../../subgraphs/shared/viewer.ts';
import { memberIn, memberList, page, partners } from './data.ts';

interface First {
  first: number;
  after?: string | null;
}

/** Of whoever comes with a key. */
const OPERATOR = { id: 'key_bench', kind: 'operator', partnerId: null, scopes: SCOPES, space: 'live', expiresAt: null };

const partnerOf = ({ id }: { id: string }) => partners.find((partner) => partner.id === id) ?? null;
const known = (room: keyof typeof memberIn) => ({
  __resolveReference: ({ id }: { id: string }) => memberIn[room].get(id) ?? null,
});

const RESOLVERS = {
  members: {
    Query: {
      member: (_: unknown, { id }: { id: string }) => memberIn.members.get(id) ?? null,
      members: (_: unknown, args: First) => page(memberList, args),
    },
    Member: known('members'),
  },
  points: {
    Member: {
      ...known('points'),
      ledger: ({ entries }: { entries: unknown[] }, args: First) => page(entries, args),
    },
  },
  rewards: {
    Member: {
      ...known('rewards'),
      offers: ({ offers }: { offers: unknown[] }, args: First) => page(offers, args),
      redemptions: ({ redemptions }: { redemptions: unknown[] }, args: First) => page(redemptions, args),
    },
  },
  referrals: { Member: known('referrals') },
  partners: {
    Query: {
      partner: (_: unknown, reference: { id: string }) => partnerOf(reference),
      apiClientByKey: () => OPERATOR,
    },
    Partner: { __resolveReference: partnerOf },
  },
};

export const schemaText = (file: string): string => readFileSync(join(packageRoot(), 'schema', file), 'utf8');

export function roomInMemory(room: RoomName): Execute {
  const typeDefs = parse(schemaText(`${room}.graphql`));
  // oxlint-disable-next-line typescript/no-explicit-any -- the resolvers are of this schema
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: RESOLVERS[room] as any }]);
  return executor(schema, pino({ level: 'error' }));
}
