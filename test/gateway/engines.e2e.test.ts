// Hive Gateway in our gateway's place, by the configuration that is written for it: the rooms need nothing of ours but the
// router secret and the client's token, and the contract's documents have the same answers.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ROUTER_HEADER, routerSecret } from '../../subgraphs/shared/router.ts';
import { client, type Client } from '../support/client.ts';
import { isInstalled, startHive, untilInstalled, type Hive } from './engines/hive.ts';
import { documents, journey, numbered, readings, type Made, type Run, type Who } from './engines/journey.ts';
import { openEngineWorld, SECRET, type EngineWorld } from './engines/world.ts';

const isExpected = isInstalled || process.env['CI'] === 'true';
if (!isExpected) console.warn('Skipped: Hive Gateway is not installed; .ci/install-peers does it.');
const PLANNERS = [
  ['its own planner', false],
  ['the planner of Hive Router', true],
] as const;

type Asker = Who | 'other partner' | 'a member of an issuer that is not trusted' | 'nobody';

let world: EngineWorld;
let tokens: Partial<Record<Asker, string>>;
let ours: { made: Made; answers: object[]; asked: Set<string> };

/** A member's token is of the same issuer for both, by two keys: each knows its own. */
const atOurs = (who: Asker): Client =>
  world.graph.client(who === 'member' ? world.graph.keys.member.token : tokens[who]);

/** Where nothing is shown, no data is as good as null in its field. */
const seen = (data: Record<string, unknown> | null | undefined) =>
  Object.values(data ?? {}).every((value) => value === null) ? null : data;

/** Asks as `at` does and keeps each answer. */
function recording(at: (who: Who) => Client) {
  const answers: object[] = [];
  const asked = new Set<string>();
  const run: Run = async (who, name, variables) => {
    asked.add(name);
    const data = await at(who).ask(documents[name]!, variables);
    answers.push({ [name]: data });
    return data;
  };
  return { answers, asked, run };
}

(isExpected ? describe : describe.skip)('other engines', () => {
  beforeAll(async () => {
    await untilInstalled();
    world = await openEngineWorld();
    const { graph, clientToken, memberToken } = world;
    tokens = {
      till: await clientToken(graph.till('northside-london').key),
      cafe: await clientToken(graph.till('harbour-dover').key),
      partner: await clientToken(graph.partner('northside').key),
      'other partner': await clientToken(graph.partner('harbour').key),
      operator: await clientToken(graph.keys.operator.key),
      member: await memberToken(graph.keys.member.subject),
      'a member of an issuer that is not trusted': await memberToken(
        graph.keys.member.subject,
        'https://login.elsewhere',
      ),
    };
    const { answers, asked, run } = recording(atOurs);
    ours = { made: await journey('ours', run, graph), answers, asked };
  }, 240_000);
  afterAll(() => world?.close());

  test("a room that is asked by a router itself shows a partner's keys to that partner", async () => {
    const representations = [{ __typename: 'Partner', id: ours.made.partnerId }];
    const query = `query ($representations: [_Any!]!) {
      _entities(representations: $representations) { ... on Partner { code apiClients(first: 1) { nodes { name } } } }
    }`;
    const ask = (who: Asker) =>
      client(`${world.urls.partners}/graphql`, tokens[who]).send(
        query,
        { representations },
        {
          [ROUTER_HEADER]: routerSecret(SECRET, 'partners'),
        },
      );

    const [own, other] = [await ask('partner'), await ask('other partner')];

    expect(own.data).toEqual({ _entities: [{ code: 'northside', apiClients: { nodes: [{ name: 'Shop' }] } }] });
    expect(other.data).toEqual({ _entities: [null] });
  });

  describe.each(PLANNERS)('Hive Gateway with %s', (_, routerRuntime) => {
    let hive: Hive;
    const atHive = (who: Asker) => client(hive.url, tokens[who]);

    beforeAll(async () => {
      hive = await startHive({ urls: world.urls, secret: SECRET, routerRuntime });
    });
    afterAll(() => hive?.close());

    test('does each mutation of the contract with the same answers', async () => {
      const { answers, run } = recording(atHive);

      const made = await journey(routerRuntime ? 'rust' : 'hive', run, world.graph);

      expect(numbered(answers, made)).toEqual(numbered(ours.answers, ours.made));
    });

    test('answers each query of the contract with the same data', async () => {
      const [here, there] = [recording(atOurs), recording(atHive)];

      await readings(ours.made, here.run);
      await readings(ours.made, there.run);

      expect(there.answers).toEqual(here.answers);
      expect([...new Set([...ours.asked, ...here.asked])].toSorted()).toEqual(Object.keys(documents).toSorted());
    });

    test.each<[Asker, string, (made: Made) => string]>([
      ['nobody', 'itself', () => '{ me { id } }'],
      ['a member of an issuer that is not trusted', 'itself', () => '{ me { id } }'],
      ['member', 'members', () => '{ members(first: 1) { nodes { id } } }'],
      ['member', 'proofs', () => '{ ledgerVerify { intact } }'],
      ['member', 'what operators see of rewards', () => '{ rewards(first: 1) { nodes { code visibleFrom } } }'],
      [
        'till',
        'points',
        ({ memberId }) =>
          `mutation { pointsAdjust(input: { memberId: "${memberId}" currency: "points" amount: 1 reason: "no" idempotencyKey: "no" }) { replayed } }`,
      ],
      [
        'other partner',
        "a partner's keys",
        ({ partnerId }) => `{ partner(id: "${partnerId}") { name apiClients(first: 1) { nodes { id } } } }`,
      ],
      ['other partner', 'a member', ({ memberId }) => `{ member(id: "${memberId}") { id displayName } }`],
      ['operator', 'what rooms ask each other', () => '{ memberIdBySubject(issuer: "a", subject: "b") }'],
    ])('shows %s of %s as much as our gateway does', async (who, _what, query) => {
      const [here, there] = [await atOurs(who).send(query(ours.made)), await atHive(who).send(query(ours.made))];

      const codes = ({ errors = [] }: typeof here) => errors.map(({ extensions }) => extensions.code);
      expect(codes(there)).toEqual(codes(here));
      expect(seen(there.data)).toEqual(seen(here.data));
    });

    test('is told to send a token where an API key comes', async () => {
      const { errors } = await client(hive.url, world.graph.keys.operator.key).send('{ partners { nodes { code } } }');

      expect(errors).toMatchObject([{ message: 'Send a token of /oauth/token, not the API key.' }]);
    });
  });
});
