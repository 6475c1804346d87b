// Hive Gateway by its own command, with the configuration and the supergraph that it is given.
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { request } from 'undici';
import { announce } from './process.ts';

const [command, config, supergraph] = process.argv.slice(2) as [string, string, string];

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

async function isUp(url: string): Promise<boolean> {
  const headers = { 'content-type': 'application/json' };
  const asked = request(url, { method: 'POST', headers, body: '{"query":"{ __typename }"}' });
  const answered = asked.then(({ statusCode, body }) => body.dump().then(() => statusCode === 200));
  return answered.catch(() => false);
}

const port = await freePort();
const options = ['--host', '127.0.0.1', '--port', String(port), '--config-path', config];
process.argv.splice(1, process.argv.length, command, 'supergraph', supergraph, ...options);
await import(pathToFileURL(command).href);
const url = `http://127.0.0.1:${port}/graphql`;
while (!(await isUp(url))) await sleep(50);
announce({ url });
