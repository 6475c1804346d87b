// Hive Gateway in our gateway's place: where the rooms are, and what each of them is sent. Variables are of its process.
import { env } from 'node:process';

const urls = {
  members: 'http://127.0.0.1:4001',
  points: 'http://127.0.0.1:4002',
  rewards: 'http://127.0.0.1:4003',
  referrals: 'http://127.0.0.1:4004',
  partners: 'http://127.0.0.1:4005',
};

export const gatewayConfig = {
  transportEntries: Object.fromEntries(
    Object.entries(urls).map(([room, url]) => [
      room,
      { location: `${env[`${room.toUpperCase()}_URL`] ?? url}/graphql` },
    ]),
  ),
  propagateHeaders: {
    fromClientToSubgraphs: ({ request, subgraphName }) => ({
      authorization: request.headers.get('authorization'),
      'x-request-id': request.headers.get('x-request-id'),
      'x-loyalty-router': env[`ROUTER_SECRET_${subgraphName.toUpperCase()}`],
    }),
  },
};
