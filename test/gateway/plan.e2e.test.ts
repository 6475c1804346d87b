// What the gateway makes of the documents of clients: which rooms it asks, in how many steps, and how long it thinks.
// A plan grows unseen with a field that moves to another room, so both the plan and what is really asked are counted.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner, type PlanNode, type SubscriptionNode } from '@apollo/query-planner';
import { parse, print, separateOperations, type DocumentNode } from 'graphql';
import { gatewaySdl } from '../../gateway/execution/supergraph.ts';
import { ROOMS, type RoomName } from '../../subgraphs/shared/config.ts';
import { startGraph, type TestGraph } from '../support/graph.ts';

const CONTRACT = join('schema', 'contract');
const files = readdirSync(CONTRACT, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.graphql'));
const documents = new Map<string, DocumentNode>(
  files.flatMap((file) => Object.entries(separateOperations(parse(readFileSync(join(CONTRACT, file), 'utf8'))))),
);
const supergraph = Supergraph.build(gatewaySdl(readFileSync(join('schema', 'supergraph.graphql'), 'utf8')));
const planner = new QueryPlanner(supergraph);

/** Rooms by step: those of one step are asked at the same time. */
function steps(node: PlanNode | SubscriptionNode | undefined): string[][] {
  if (node === undefined) return [];
  switch (node.kind) {
    case 'Fetch':
      return [[node.serviceName]];
    case 'Flatten':
      return steps(node.node);
    case 'Sequence':
      return node.nodes.flatMap((inner) => steps(inner));
    case 'Parallel': {
      const branches = node.nodes.map((inner) => steps(inner));
      const length = Math.max(...branches.map((branch) => branch.length));
      return Array.from({ length }, (_, step) => branches.flatMap((branch) => branch[step] ?? []).toSorted());
    }
    case 'Condition':
    case 'Defer':
    case 'Subscription':
      throw new Error(`no document of a client needs a ${node.kind}`);
  }
}

function planned(document: DocumentNode) {
  const plan = planner.buildQueryPlan(operationFromDocument(supergraph.apiSchema(), document));
  return { steps: steps(plan.node), evaluated: planner.lastGeneratedPlanStatistics()?.evaluatedPlanCount };
}

describe('a document of a client', () => {
  const members = ['members'];

  test.each<[string, string[][]]>([
    ['MemberCockpit', [members, ['points', 'referrals', 'rewards']]],
    ['PosIdentify', [members, ['points', 'rewards']]],
    ['RewardRedeem', [['rewards']]],
    ['RewardCatalogue', [['rewards']]],
    ['VoucherUse', [['rewards']]],
    ['RedemptionHold', [['rewards']]],
    ['RedemptionCapture', [['rewards']]],
    ['RedemptionRelease', [['rewards']]],
    ['PurchaseRecord', [['points']]],
    ['PurchaseReturn', [['points']]],
    ['PurchaseRecordBatch', [['points']]],
    ['PurchaseByReceipt', [['points']]],
    ['PointsAdjust', [['points']]],
    ['LedgerVerify', [['points']]],
    ['MemberEnroll', [members, ['points', 'referrals']]],
    ['Me', [members, ['points']]],
    ['MemberPurchases', [members, ['points']]],
    ['LedgerStatement', [members, ['points']]],
    ['ApiClientCreate', [['partners']]],
    ['ApiClientRotate', [['partners']]],
    ['PartnerDesk', [['partners'], ['rewards']]],
  ])('%s asks %j', (name, expected) => {
    expect(planned(documents.get(name)!).steps).toEqual(expected);
  });

  test.each([...documents])('%s has one plan to choose', (_, document) => {
    expect(planned(document).evaluated).toBe(1);
  });
});

describe('what is really asked', () => {
  const member = { kind: 'EMAIL', value: 'plan@example.com' };
  const asked: RoomName[] = [];
  let graph: TestGraph;
  let memberId: string;

  beforeAll(async () => {
    graph = await startGraph();
    for (const name of ROOMS) {
      const room = graph.rooms[name];
      const execute = room.execute.bind(room);
      // What rooms ask each other, and the gateway for a credential, is no fetch of a plan.
      room.execute = (request, viewer, ...rest) => {
        if (viewer.kind !== 'room') asked.push(name);
        return execute(request, viewer, ...rest);
      };
    }
    memberId = await enrol();
    await graph.settle();
  });
  afterAll(() => graph?.close());

  const till = () => graph.client(graph.till('northside-london').key);
  async function run<T>(name: string, variables: object): Promise<T> {
    return till().ask<T>(print(documents.get(name)!), variables);
  }
  const enrol = async () => {
    const input = { identifiers: [member], idempotencyKey: 'plan:enrol' };
    const { memberEnroll } = await run<{ memberEnroll: { member: { id: string } } }>('MemberEnroll', { input });
    return memberEnroll.member.id;
  };

  test.each<[string, () => object, RoomName[]]>([
    ['MemberCockpit', () => ({ id: memberId }), ['members', 'points', 'referrals', 'rewards']],
    ['PosIdentify', () => ({ identifier: member }), ['members', 'points', 'rewards']],
    ['RewardRedeem', () => ({ input: { memberId, rewardId: 'rwd_none', idempotencyKey: 'plan:redeem' } }), ['rewards']],
  ])('for %s each room of its plan is asked once, members first', async (name, variables, rooms) => {
    asked.length = 0;

    await run(name, variables());

    expect(asked[0]).toBe(rooms[0]);
    expect(asked.toSorted()).toEqual(rooms);
  });
});
