// Rows through GraphQL and the gateway, as a till sends purchases of three lines. All rooms, the gateway and the tills
// share this one process.
import { throughput, type Measure } from '../row.ts';
import { CLIENTS, type Ground } from './ground.ts';
import { purchase } from './purchase.ts';

const MEMBERS = 500;
const BATCH = 100;
const BATCHES_UNDER_WAY = 4;

const ENROLL = `mutation ($input: MemberEnrollInput!) { memberEnroll(input: $input) { member { id } userErrors { code } } }`;

const SINGLE = `mutation ($input: PurchaseRecordInput!) { purchaseRecord(input: $input) {
  purchase { id } entries { id amount } userErrors { code message } } }`;

const BATCHED = `mutation ($input: PurchaseRecordBatchInput!) { purchaseRecordBatch(input: $input) {
  results { index state purchase { id } entries { id amount } userErrors { code message } }
  summary { recorded refused points } } }`;

interface Till {
  ask<T>(query: string, input: object): Promise<T>;
  /** A purchase of one of the members with this remainder by `BATCHES_UNDER_WAY`. */
  purchase(client: number): ReturnType<typeof purchase>;
}

const opened = new WeakMap<Ground, Promise<Till>>();

function tillOf(ground: Ground): Promise<Till> {
  const known = opened.get(ground) ?? openTill(ground);
  opened.set(ground, known);
  return known;
}

async function openTill(ground: Ground): Promise<Till> {
  const { url, demo } = await ground.gateway();
  const till = demo.tills[0]!;
  async function ask<T>(query: string, input: object): Promise<T> {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${till.key}` },
      body: JSON.stringify({ query, variables: { input } }),
    });
    const { data, errors } = (await response.json()) as { data: T; errors?: unknown };
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data;
  }
  const names = Array.from({ length: MEMBERS }, (_, index) => `bench-${index}`);
  for (const value of names) await ask(ENROLL, { identifiers: [{ kind: 'EXTERNAL', value }] });
  return {
    ask,
    purchase: (client) => {
      const member =
        (client % BATCHES_UNDER_WAY) + BATCHES_UNDER_WAY * Math.floor((Math.random() * MEMBERS) / BATCHES_UNDER_WAY);
      return purchase(names[member]!, till.location);
    },
  };
}

/** A purchase in a request. */
export async function gatewaySingle(ground: Ground): Promise<Measure> {
  const till = await tillOf(ground);
  return () =>
    throughput(CLIENTS, ground.seconds, async (client) => {
      type Answer = { purchaseRecord: { purchase: object | null } };
      const { purchaseRecord } = await till.ask<Answer>(SINGLE, till.purchase(client));
      if (purchaseRecord.purchase === null) throw new Error(JSON.stringify(purchaseRecord));
      return 1;
    });
}

/** 100 purchases in a request. The members of batches under way are disjoint, as tills' customers nearly are. */
export async function gatewayBatch(ground: Ground): Promise<Measure> {
  const till = await tillOf(ground);
  return () =>
    throughput(BATCHES_UNDER_WAY, ground.seconds, async (client) => {
      const items = Array.from({ length: BATCH }, () => ({ purchase: till.purchase(client) }));
      type Answer = { purchaseRecordBatch: { summary: { recorded: number } } };
      const { purchaseRecordBatch } = await till.ask<Answer>(BATCHED, { items });
      if (purchaseRecordBatch.summary.recorded !== BATCH) throw new Error(JSON.stringify(purchaseRecordBatch.summary));
      return BATCH;
    });
}
