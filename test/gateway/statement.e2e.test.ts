// Statements of the whole graph as files: the same entries as the graph's pages, and for whom the graph shows them.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { startGraph, TRANSPORTS, type TestGraph } from '../support/graph.ts';

const ADJUST = `mutation ($input: PointsAdjustInput!) {
  pointsAdjust(input: $input) { entry { id } userErrors { code message } }
}`;
const LEDGER = `query ($id: ID!, $after: String, $currency: String, $asOf: DateTime) {
  member(id: $id) { ledger(first: 50, after: $after, currency: $currency, asOf: $asOf) {
    nodes { id kind amount moved currency { code } occurredAt postedAt runningBalance reason reverses { id } explanation { summary } hash }
    pageInfo { hasNextPage endCursor }
  } }
}`;
const ENROLL = `mutation ($input: MemberEnrollInput!) { memberEnroll(input: $input) { member { id } } }`;
/** Three pages. */
const ENTRIES = 233;

interface Node {
  id: string;
  currency: { code: string };
  postedAt: string;
  reverses: { id: string } | null;
  explanation: { summary: string } | null;
}
interface Answer {
  member: { ledger: { nodes: Node[]; pageInfo: { hasNextPage: boolean; endCursor: string } } };
}
type Line = Record<string, string | number | null>;

describe.each(TRANSPORTS)('a statement as a file (%s)', (transport) => {
  let graph: TestGraph;
  let adjustments = 0;

  async function adjust(amount: number): Promise<void> {
    adjustments += 1;
    const { pointsAdjust } = await graph.client(graph.keys.operator.key).ask<{
      pointsAdjust: { userErrors: object[] };
    }>(ADJUST, {
      input: {
        idempotencyKey: `adjust-${adjustments}`,
        memberId: graph.keys.member.id,
        currency: 'points',
        amount,
        reason: `ļoti "labi", nr ${adjustments}`,
      },
    });
    expect(pointsAdjust.userErrors).toEqual([]);
  }

  const file = (name: string, credential?: string) =>
    fetch(new URL(`/statements/${name}`, graph.url), {
      headers: credential === undefined ? {} : { authorization: `Bearer ${credential}` },
    });
  const mine = async (query = '') => {
    const response = await file(`${graph.keys.member.id}.ndjson${query}`, graph.keys.member.token);
    const text = await response.text();
    return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Line]));
  };

  async function byGraph(variables: object = {}): Promise<Line[]> {
    const client = graph.client(graph.keys.member.token);
    const lines: Line[] = [];
    for (let after: string | null = null; ;) {
      const answer: Answer = await client.ask(LEDGER, { id: graph.keys.member.id, after, ...variables });
      const { nodes, pageInfo } = answer.member.ledger;
      for (const { currency, reverses, explanation, ...node } of nodes) {
        const flat = {
          currency: currency.code,
          reverses: reverses?.id ?? null,
          explanation: explanation?.summary ?? null,
        };
        lines.push({ ...node, ...flat });
      }
      if (!pageInfo.hasNextPage) return lines;
      after = pageInfo.endCursor;
    }
  }

  beforeAll(async () => {
    graph = await startGraph({ transport });
    await adjust(1_000);
    for (let n = 1; n < ENTRIES; n += 8) {
      const some = Array.from({ length: Math.min(8, ENTRIES - n) }, (_, index) => adjust(index % 3 === 0 ? -2 : 5));
      await Promise.all(some);
    }
  });
  afterAll(() => graph?.close());

  test('has the entries of the graph’s pages, all of them and in their order', async () => {
    const lines = await mine();

    expect(lines).toHaveLength(ENTRIES);
    expect(lines).toEqual(await byGraph());
  });

  test('says the same as CSV', async () => {
    const text = await (await file(`${graph.keys.member.id}.csv`, graph.keys.operator.key)).text();

    const records = parse(text, { columns: true, record_delimiter: '\r\n' });

    const asText = (line: Line) =>
      Object.fromEntries(Object.entries(line).map(([name, value]) => [name, value === null ? '' : String(value)]));
    expect(records).toEqual((await mine()).map(asText));
  });

  test('ends at the instant that was asked for, and with the currency', async () => {
    const asOf = String((await mine())[120]!['postedAt']);

    const then = await mine(`?asOf=${asOf}&currency=points`);

    expect(then).toHaveLength(ENTRIES - 120);
    expect(then).toEqual(await byGraph({ asOf, currency: 'points' }));
    expect(await mine('?currency=moons')).toEqual([]);
  });

  test('counts as the queries that it is made of', async () => {
    const left = async () =>
      Number((await graph.client(graph.keys.member.token).send('{ me { id } }')).headers.get('ratelimit-remaining'));
    const before = await left();

    await mine();

    expect(await left()).toBe(before - 4);
  });

  test('is for those to whom the graph shows it, and refuses others as the graph does', async () => {
    const { id } = graph.keys.member;
    const stranger = await graph.memberToken(`stranger-${transport}`);
    await graph
      .client(stranger)
      .ask(ENROLL, { input: { identifiers: [{ kind: 'EMAIL', value: `stranger-${transport}@example.com` }] } });
    const refused = async (name: string, credential?: string) => {
      const response = await file(name, credential);
      const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
      return [response.status, errors[0]!.extensions.code];
    };

    expect(await refused(`${id}.csv`)).toEqual([401, 'UNAUTHENTICATED']);
    expect(await refused(`${id}.csv`, 'lyl_live_wrong')).toEqual([401, 'UNAUTHENTICATED']);
    expect(await refused(`${id}.csv`, stranger)).toEqual([404, 'NOT_FOUND']);
    expect(await refused(`${id}.csv`, graph.partner('harbour').key)).toEqual([404, 'NOT_FOUND']);
    expect(await refused('mbr_01jaaaaaaaaaaaaaaaaaaaaaaa.csv', graph.keys.operator.key)).toEqual([404, 'NOT_FOUND']);
    expect(await refused(`${id}.csv?asOf=yesterday`, graph.keys.member.token)).toEqual([400, 'BAD_USER_INPUT']);
    expect((await file(`${id}.csv`)).headers.get('www-authenticate')).toContain('Bearer');
  });

  test('is not for a till that knows the member', async () => {
    const { key } = graph.till('harbour-dover');
    const identifiers = [{ kind: 'EMAIL', value: `guest-${transport}@example.com` }];
    const { memberEnroll } = await graph
      .client(key)
      .ask<{ memberEnroll: { member: { id: string } } }>(ENROLL, { input: { identifiers } });

    const response = await file(`${memberEnroll.member.id}.ndjson`, key);

    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({
      errors: [
        {
          message: 'A statement is for its member, and for operators with the scope points:read.',
          extensions: { code: 'FORBIDDEN' },
        },
      ],
    });
  });

  test('what is posted meanwhile is not in it, and moves nothing', async () => {
    const before = await mine();
    const { points } = graph.rooms;
    const execute = points.execute;
    let statements = 0;
    points.execute = async (operation, viewer, requestId) => {
      if (operation.query.includes('ledger') && ++statements === 2) {
        points.execute = execute;
        await adjust(1);
        await adjust(1);
      }
      return execute(operation, viewer, requestId);
    };

    const meanwhile = await mine();

    expect(statements).toBe(2);
    expect(meanwhile).toEqual(before);
    expect(await mine()).toHaveLength(ENTRIES + 2);
  });
});
