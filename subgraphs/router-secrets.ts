// What another router sends to each room, as settings of that router's process: `node dist/subgraphs/router-secrets.js`.
import { readConfig, ROOMS } from './shared/config.ts';
import { routerSecret, routerVariable } from './shared/router.ts';

const { routerSecret: secret } = readConfig();
if (secret === null) {
  console.error('Set ROUTER_SECRET to what the rooms have.');
  process.exitCode = 1;
} else {
  for (const room of ROOMS) console.log(`${routerVariable(room)}=${routerSecret(secret, room)}`);
}
