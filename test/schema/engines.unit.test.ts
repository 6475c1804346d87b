// Where no other engine is at hand: their files parse, and every room, address, variable and file that they name exists.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse, visit } from 'graphql';
import { parse as parseYaml } from 'yaml';
import { compose } from '../../schema/compose.ts';
import { engineFiles } from '../../schema/engines.ts';
import { readConfig, ROOMS } from '../../subgraphs/shared/config.ts';
import { routerVariable } from '../../subgraphs/shared/router.ts';

const FOLDER = 'deploy/engines';
const { roomUrls, port } = readConfig({});
const schema = Object.fromEntries(
  ['supergraph', ...ROOMS].map((name) => [`${name}.graphql`, readFileSync(`schema/${name}.graphql`, 'utf8')]),
);
const files = engineFiles(schema);
const names = Object.keys(files);
// oxlint-disable-next-line typescript/no-explicit-any -- others' formats
const yaml = (name: string): any => parseYaml(files[name]!);
const perRoom = <T>(make: (room: (typeof ROOMS)[number]) => T) =>
  Object.fromEntries(ROOMS.map((room) => [room, make(room)]));

test.each(names)('%s is up to date', (name) => {
  expect(readFileSync(join(FOLDER, name), 'utf8')).toBe(files[name]);
});

describe('each engine', () => {
  const sent = {
    'hive-router/router.config.yaml': (room: string) => `env("ROUTER_SECRET_${room.toUpperCase()}", "")`,
    'apollo-router/router.yaml': (room: string) => `\${env.ROUTER_SECRET_${room.toUpperCase()}}`,
    'cosmo/config.yaml': (room: string) => `\${ROUTER_SECRET_${room.toUpperCase()}}`,
  };

  test.each(Object.entries(sent))('%s sends each room its own secret and the client’s credential', (name, value) => {
    const { headers } = yaml(name);

    const rules = perRoom((room) => {
      const [rule] = headers.subgraphs[room].request;
      const { name: header, expression, value: text } = rule.insert ?? rule;
      return [header, expression ?? text];
    });
    expect(rules).toEqual(perRoom((room) => ['x-loyalty-router', value(room)]));
    expect(Object.keys(headers.subgraphs)).toEqual([...ROOMS]);
    const passedOn = headers.all.request.map(
      (rule: { propagate?: { named: string }; named?: string }) => rule.propagate?.named ?? rule.named,
    );
    expect(passedOn).toEqual(['authorization', 'x-request-id']);
  });

  test('asks the rooms where they listen', () => {
    const urls = perRoom((room) => `${roomUrls[room]}/graphql`);

    const hive = yaml('hive-router/router.config.yaml').override_subgraph_urls.subgraphs;
    const apollo = yaml('apollo-router/router.yaml').override_subgraph_url;
    const cosmo: { name: string; routing_url: string }[] = yaml('cosmo/graph.yaml').subgraphs;

    expect(perRoom((room) => hive[room].url)).toEqual(urls);
    expect(apollo).toEqual(perRoom((room) => `\${env.${room.toUpperCase()}_URL:-${roomUrls[room]}}/graphql`));
    expect(Object.fromEntries(cosmo.map(({ name, routing_url: url }) => [name, url]))).toEqual(urls);
  });

  test('listens beside our gateway, which gives the tokens', () => {
    const addresses = [
      yaml('apollo-router/router.yaml').supergraph.listen,
      yaml('cosmo/config.yaml').listen_addr,
      `${yaml('hive-router/router.config.yaml').http.host}:${yaml('hive-router/router.config.yaml').http.port}`,
    ];

    expect(new Set(addresses)).toEqual(new Set(['127.0.0.1:4100']));
    expect(port).not.toBe(4100);
  });

  test('names files that are there', () => {
    const rooms: { schema: { file: string } }[] = yaml('cosmo/graph.yaml').subgraphs;

    const named = [
      yaml('hive-router/router.config.yaml').supergraph.path,
      ...rooms.map(({ schema: { file } }) => join(FOLDER, 'cosmo', file)),
    ];

    expect(named.filter((file) => !existsSync(file))).toEqual([]);
  });
});

describe('without who may read what', () => {
  const open = names.filter((name) => name.endsWith('.graphql'));

  test('are the supergraph of Apollo Router and the rooms of Cosmo', () => {
    expect(open.toSorted()).toEqual(
      ['apollo-router/supergraph.graphql', ...ROOMS.map((room) => `cosmo/${room}.graphql`)].toSorted(),
    );
  });

  test.each(open)('%s has no directive that asks for a licence or is unknown', (name) => {
    const asked: string[] = [];
    visit(parse(files[name]!), {
      Directive: ({ name: { value } }) => {
        if (['authenticated', 'requiresScopes', 'policy'].includes(value)) asked.push(value);
      },
    });

    expect(asked).toEqual([]);
  });

  test('the rooms compose to the same API', () => {
    const rooms = Object.fromEntries(ROOMS.map((room) => [room, files[`cosmo/${room}.graphql`]!]));

    expect(compose(rooms).api).toBe(readFileSync('schema/api.graphql', 'utf8'));
  });
});

test('Hive Gateway finds the rooms where they listen, and sends each its own secret and the client’s credential', async () => {
  const variables = perRoom((room) => [routerVariable(room), `secret of ${room}`]);
  Object.assign(process.env, Object.fromEntries(Object.values(variables)), { POINTS_URL: 'http://points:4002' });
  const path = join(process.cwd(), FOLDER, 'hive-gateway/gateway.config.js');
  const { gatewayConfig } = (await import(path)) as {
    gatewayConfig: {
      transportEntries: Record<string, { location: string }>;
      propagateHeaders: {
        fromClientToSubgraphs(asked: { request: Request; subgraphName: string }): Record<string, string | null>;
      };
    };
  };
  const request = new Request('http://hive', {
    headers: { authorization: 'Bearer t', cookie: 'c', 'x-loyalty-router': 'mine' },
  });

  const headers = perRoom((subgraphName) =>
    gatewayConfig.propagateHeaders.fromClientToSubgraphs({ request, subgraphName }),
  );

  expect(headers).toEqual(
    perRoom((room) => ({ authorization: 'Bearer t', 'x-request-id': null, 'x-loyalty-router': `secret of ${room}` })),
  );
  expect(gatewayConfig.transportEntries).toEqual(
    perRoom((room) => ({ location: `${room === 'points' ? 'http://points:4002' : roomUrls[room]}/graphql` })),
  );
});
