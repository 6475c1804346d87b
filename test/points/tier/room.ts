// The points room's sandbox at a time of our choice, and its night's job when we say so.
import { writeDue } from '../../../subgraphs/points/ledger/due.service.ts';
import { tiersDue } from '../../../subgraphs/points/tier/night.service.ts';
import { encodeId } from '../../../subgraphs/shared/id.ts';
import { inSpace, operator } from '../../support/viewer.ts';
import { northTill, openPoints, payload, RECORD, RETURN, sale, takeBack } from '../room.ts';

const TIER = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Member { tier {
  code name(locale: "pl") startedAt endsAt progress { metric current required nextTier { code } atRiskOn }
  benefits { kind code name(locale: "pl") value } grants { id tier { code } until reason revokedAt actor { kind } } } } } }`;

export const clerk = inSpace('sandbox', operator);
export const till = inSpace('sandbox', northTill);

export interface Ladder extends Awaited<ReturnType<typeof openLadder>> {}

let counter = 0;

export async function openLadder(programme: string) {
  const points = await openPoints(programme);
  const space = points.room.database.space('sandbox');
  const rows = <Row>(text: string, values: unknown[] = []) => points.query<Row>(text, values, 'sandbox');
  const dated = (at: string) => ({ occurredAt: at, businessDate: at.slice(0, 10) });
  return {
    points,
    rows,
    close: () => points.close(),
    /** Time goes there. */
    at: (instant: string) => rows(`update clock_offset set ahead = $1::timestamptz - clock_timestamp()`, [instant]),
    /** A purchase of so many pounds. */
    buy: (member: string, total: number, at: string) =>
      payload(
        points.ask(till, RECORD, { input: sale(member, [{ sku: 'thing', unitPrice: String(total) }], dated(at)) }),
      ),
    giveBack: (purchase: { id: string }, over: object, at: string) =>
      payload(points.ask(till, RETURN, { input: takeBack({ purchase: { id: purchase.id }, ...over, ...dated(at) }) })),
    tier: async (member: string) =>
      (await payload(points.ask(clerk, TIER, { of: [{ __typename: 'Member', id: encodeId('mbr', member) }] })))[0].tier,
    /** As the job does it, until nothing is due; how many members it looked at. */
    async night() {
      let looked = 0;
      for (let done = 1; done > 0; looked += done) {
        while ((await writeDue(space)) > 0);
        done = await tiersDue(space);
      }
      return looked;
    },
    moves: (member: string) =>
      rows<{ from: string; to: string; at: string }>(
        `select tier_from "from", tier_to "to", occurred_at "at" from tier_change where member_id = $1 order by id`,
        [member],
      ),
    grant: (member: string, over: object = {}) => {
      counter += 1;
      const memberId = encodeId('mbr', member);
      const input = {
        idempotencyKey: `grant-${counter}`,
        memberId,
        tier: 'gold',
        until: '2031-01-01',
        reason: 'a guest',
        ...over,
      };
      return payload(
        points.ask(
          clerk,
          `mutation ($input: TierGrantInput!) { tierGrant(input: $input) {
             grant { id tier { code } until grantedAt revokedAt } member { id tier { code } } replayed userErrors { code field } } }`,
          { input },
        ),
      );
    },
    revoke: (grantId: string) => {
      counter += 1;
      const input = { idempotencyKey: `revoke-${counter}`, grantId, reason: 'a mistake' };
      return payload(
        points.ask(
          clerk,
          `mutation ($input: TierGrantRevokeInput!) { tierGrantRevoke(input: $input) {
             grant { id revokedAt } member { tier { code } } userErrors { code field } } }`,
          { input },
        ),
      );
    },
  };
}
