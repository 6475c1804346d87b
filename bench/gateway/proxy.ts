// The floor under every gateway: it makes the fetches of three plans, known by heart, and pastes the answers' bytes
// together. It checks nothing, and its keys come in another order than the document asks.
import { Pool } from 'undici';
import { ROOMS, type RoomName } from '../../subgraphs/shared/config.ts';
import { OPERATIONS, entityQuery, type HandPlan } from './operations.ts';
import { servePlain } from './plain.ts';
import { announce } from './process.ts';

/** How a member begins in an answer, and how an answer with members ends. */
const MEMBER = '{"__typename":"Member",';
const ID_AT = '"id":'.length;
const ID_LENGTH = '"mbr_00000000000000000000000000"'.length;
const END = '}]}}'.length;

const urls = JSON.parse(process.argv[2]!) as Record<RoomName, string>;
const pools = new Map(ROOMS.map((room) => [room, new Pool(new URL(urls[room]).origin, { connections: 32 })]));
const headers = { 'content-type': 'application/json' };

async function ask(room: RoomName, query: string, variables: string): Promise<string> {
  const body = `{"query":${query},"variables":${variables}}`;
  const { body: answer } = await pools.get(room)!.request({ method: 'POST', path: '/graphql', headers, body });
  return answer.text();
}

/** What each of the members has inside its braces, but for what they all begin with. */
function insides(answer: string): string[] {
  const pieces = answer.split(MEMBER).slice(1);
  return pieces.map((piece, index) => piece.slice(0, index === pieces.length - 1 ? -END : -2));
}

/** The plan with its queries as JSON, once. */
function prepared({ root, entities }: HandPlan) {
  const fetches = entities.map(({ room, fields }) => ({ room, query: JSON.stringify(entityQuery(fields)) }));
  const rootQuery = JSON.stringify(root.query);
  return async (variables: string): Promise<string> => {
    const answer = await ask(root.room, rootQuery, variables);
    if (fetches.length === 0) return answer;
    const [head, ...members] = answer.split(MEMBER);
    const ids = members.map((member) => `${MEMBER}${member.slice(0, ID_AT + ID_LENGTH)}}`);
    const representations = `{"representations":[${ids.join(',')}]}`;
    const answers = await Promise.all(fetches.map(({ room, query }) => ask(room, query, representations)));
    const parts = answers.map(insides);
    return head! + members.map((member, index) => `{${parts.map((part) => part[index]).join(',')},${member}`).join('');
  };
}

const plans = new Map(Object.values(OPERATIONS).map(({ query, plan }) => [query, prepared(plan)]));

const url = await servePlain(async (body) => {
  const { query, variables } = JSON.parse(body.toString()) as { query: string; variables: object };
  return plans.get(query)!(JSON.stringify(variables));
});
announce({ url });
