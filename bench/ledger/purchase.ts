// Rows of purchases of three lines, recorded as the points room does it: everything in one transaction.
import { recordBatch } from '../../subgraphs/points/purchase/batch.service.ts';
import { keepLocations } from '../../subgraphs/points/purchase/lookup.service.ts';
import type { PurchaseInput } from '../../subgraphs/points/purchase/item.service.ts';
import { newId } from '../../subgraphs/shared/id.ts';
import type { Viewer } from '../../subgraphs/shared/viewer.ts';
import { throughput, type Measure } from '../row.ts';
import { CLIENTS, type Ground } from './ground.ts';

const MEMBERS = 2_000;

/** Of the member that a partner knows by this id. */
export function purchase(member: string, location: string): PurchaseInput {
  const receipt = newId();
  return {
    idempotencyKey: receipt,
    member: { kind: 'EXTERNAL', value: member },
    location,
    receiptNumber: receipt,
    businessDate: '2026-01-02',
    occurredAt: '2026-01-02T10:00:00Z',
    currencyCode: 'GBP',
    lines: [1, 2, 3].map((number) => ({
      number,
      sku: `sku-${number}`,
      name: 'A thing',
      quantity: '2',
      unitPrice: '4.99',
    })),
  };
}

/** A till of each of so many partners, with a location of that partner's. */
async function tills(ground: Ground, partners: number): Promise<{ viewer: Viewer; location: string }[]> {
  const { source } = await ground.space('live');
  const made = Array.from({ length: partners }, () => {
    const [partnerId, locationId, channelId] = [newId(), newId(), newId()];
    const viewer: Viewer = { kind: 'till', space: 'live', owner: `key:${partnerId}`, scopes: [], partnerId };
    const payload = {
      locationId,
      code: locationId,
      partnerId,
      partnerCode: partnerId,
      channelId,
      channelCode: 'shops',
    };
    const event = { id: newId(), name: 'location.changed' as const, aggregate: locationId, sequence: 1, payload };
    return { viewer, location: locationId, event };
  });
  await source.transaction((tx) =>
    keepLocations(
      tx,
      made.map(({ event }) => event),
    ),
  );
  return made;
}

async function purchases(ground: Ground, partners: number): Promise<Measure> {
  const space = await ground.space('live');
  const asking = (await tills(ground, partners)).map(({ viewer, location }) => ({
    request: ground.request(space, viewer),
    location,
  }));
  const members = Array.from({ length: MEMBERS }, newId);
  const any = <T>(list: T[]): T => list[Math.floor(Math.random() * list.length)]!;
  return () =>
    throughput(CLIENTS, ground.seconds, async () => {
      const { request, location } = any(asking);
      const [outcome] = await recordBatch(request, [{ purchase: purchase(any(members), location) }]);
      if (outcome!.state !== 'RECORDED') throw new Error(JSON.stringify(outcome));
      return 1;
    });
}

/** An earn with purchase row, lines and outbox: the room's statements, without GraphQL. */
export const purchaseSql = (ground: Ground): Promise<Measure> => purchases(ground, 20);

export const onePartner = async (ground: Ground): Promise<Measure> => purchases(ground, 1);
export const manyPartners = async (ground: Ground): Promise<Measure> => purchases(ground, 100);
