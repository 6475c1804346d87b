// What other routers need to run the graph over the rooms in our gateway's place, as `deploy/engines`. Each room is sent
// the client's token and that room's router secret; who may read what is decided by the rooms alone.
import { stringify } from 'yaml';
import { gatewaySdl } from '../gateway/execution/supergraph.ts';
import { readConfig, ROOMS, roomVariables, type RoomName } from '../subgraphs/shared/config.ts';
import { ROUTER_HEADER, routerVariable } from '../subgraphs/shared/router.ts';

/** Our gateway keeps its own beside them: it gives api clients their tokens. */
const PORT = 4100;
const PASSED_ON = ['authorization', 'x-request-id'];

const { roomUrls } = readConfig({});
const perRoom = <T>(make: (room: RoomName) => T) => Object.fromEntries(ROOMS.map((room) => [room, make(room)]));
const written = (how: string, text: string) => `# Written by npm run schema. ${how}\n${text}`;
const yaml = (value: object) => stringify(value, { singleQuote: true, lineWidth: 0 });

const hiveRouter = {
  http: { host: '127.0.0.1', port: PORT },
  supergraph: { source: 'file', path: 'schema/supergraph.graphql' },
  // Nobody here could say which policies hold.
  authorization: { directives: { enabled: false } },
  override_subgraph_urls: { subgraphs: perRoom((room) => ({ url: `${roomUrls[room]}/graphql` })) },
  headers: {
    all: { request: PASSED_ON.map((named) => ({ propagate: { named } })) },
    subgraphs: perRoom((room) => ({
      request: [{ insert: { name: ROUTER_HEADER, expression: `env("${routerVariable(room)}", "")` } }],
    })),
  },
};

const apolloRouter = {
  supergraph: { listen: `127.0.0.1:${PORT}` },
  include_subgraph_errors: { all: true },
  override_subgraph_url: perRoom((room) => `\${env.${roomVariables(room).url}:-${roomUrls[room]}}/graphql`),
  headers: {
    all: { request: PASSED_ON.map((named) => ({ propagate: { named } })) },
    subgraphs: perRoom((room) => ({
      request: [{ insert: { name: ROUTER_HEADER, value: `\${env.${routerVariable(room)}}` } }],
    })),
  },
};

const cosmoGraph = {
  version: 1,
  subgraphs: ROOMS.map((name) => ({
    name,
    routing_url: `${roomUrls[name]}/graphql`,
    schema: { file: `./${name}.graphql` },
  })),
};

const cosmoRouter = {
  version: '1',
  listen_addr: `127.0.0.1:${PORT}`,
  execution_config: { file: { path: './execution.json' } },
  graphql_metrics: { enabled: false },
  telemetry: { tracing: { enabled: false }, metrics: { otlp: { enabled: false }, prometheus: { enabled: false } } },
  subgraph_error_propagation: { enabled: true, mode: 'pass-through' },
  headers: {
    all: { request: PASSED_ON.map((named) => ({ op: 'propagate', named })) },
    subgraphs: perRoom((room) => ({
      request: [{ op: 'set', name: ROUTER_HEADER, value: `\${${routerVariable(room)}}` }],
    })),
  },
};

/** The files of `deploy/engines` by their paths there; `schema` has those of `schema/`. */
export function engineFiles(schema: Record<string, string>): Record<string, string> {
  const open = (name: string, how: string) => written(how, `${gatewaySdl(schema[name]!)}\n`);
  const rooms = ROOMS.map((room) => {
    const name = `${room}.graphql`;
    return [`cosmo/${name}`, open(name, 'The room as Cosmo composes it, which does not know @policy.')];
  });
  return {
    'hive-router/router.config.yaml': written('Hive Router, started in the folder above `schema/`.', yaml(hiveRouter)),
    'apollo-router/router.yaml': written('Apollo Router, with the supergraph beside this file.', yaml(apolloRouter)),
    'apollo-router/supergraph.graphql': open(
      'supergraph.graphql',
      'Without what Apollo Router starts with under a licence of GraphOS only.',
    ),
    'cosmo/graph.yaml': written('For: wgc router compose -i graph.yaml -o execution.json', yaml(cosmoGraph)),
    'cosmo/config.yaml': written('Cosmo Router, with the execution.json of graph.yaml.', yaml(cosmoRouter)),
    ...Object.fromEntries(rooms),
  };
}
