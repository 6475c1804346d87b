// The room of campaigns.yaml, what is bought in it, and other versions of its programme.
import { readFileSync } from 'node:fs';
import { newId } from '../../subgraphs/shared/id.ts';
import type { TestRoom } from '../support/room.ts';
import { operator } from '../support/viewer.ts';
import { BATCH, northTill, openPoints, payload, RECORD, RETURN, sale, takeBack, type SaleLine } from './room.ts';

const FILE = 'test/points/campaigns.yaml';
export const DOCUMENT = readFileSync(FILE, 'utf8');

const DECIDE = `mutation ($input: PurchaseReviewDecideInput!) { purchaseReviewDecide(input: $input) {
  purchase { id review } entries { kind amount currency { code } } member { id tier { code } } userErrors { code field } } }`;
const QUOTE = `query ($input: PurchaseQuoteInput!) { purchaseQuote(input: $input) {
  earned { amount currency { code } } tierBefore { code } tierAfter { code } discounts { kind code amount { amount } } payable { amount }
  explanation { ruleSetVersion steps { rule applied reason amount } } } }`;
const EVENT = `mutation ($input: EventRecordInput!) { eventRecord(input: $input) {
  entries { amount currency { code } } userErrors { code } } }`;
const APPLY = `mutation ($input: ProgrammeApplyInput!) { programmeApply(input: $input) { programme { version state } userErrors { message } } }`;
const DRAFT = `mutation ($input: ProgrammeDraftInput!) { programmeDraft(input: $input) { draft { version } userErrors { message } } }`;

export interface Answer {
  entries: { kind: string; amount: number; currency: { code: string } }[];
  purchase: { id: string };
}

/** Points of a currency that an answer's entries give. */
export const given = ({ entries }: Pick<Answer, 'entries'>, code = 'points') =>
  entries.filter(({ currency }) => currency.code === code).reduce((sum, { amount }) => sum + amount, 0);

export const of = (category: string, unitPrice = '0', quantity = '1') => ({
  sku: category,
  category,
  unitPrice,
  quantity,
});

/** When something happened so many days ago. */
export function ago(days: number) {
  const occurredAt = new Date(Date.now() - days * 86_400_000).toISOString();
  return { businessDate: occurredAt.slice(0, 10), occurredAt };
}

/** Other rooms take whatever version they are given. */
function taking(points: TestRoom): void {
  for (const [room, noun] of Object.entries({
    members: 'member',
    rewards: 'reward',
    referrals: 'referral',
    partners: 'partner',
  })) {
    const peer = points.peers[room as 'members'];
    const { answer } = peer;
    peer.answer = (asked) => {
      if (asked.query.includes('ProgrammeCheck')) return { [`${noun}ProgrammeCheck`]: [] };
      return asked.query.includes('ProgrammeTake') ? { [`${noun}ProgrammeTake`]: true } : answer(asked);
    };
  }
}

export async function openCampaigns() {
  const points = await openPoints(FILE);
  taking(points);
  const ask = (viewer: typeof operator, document: string, input: object) =>
    payload(points.ask(viewer, document, { input }));
  return {
    points,
    record: (member: string | null, lines: SaleLine[], over: object = {}) =>
      ask(northTill, RECORD, sale(member, lines, { ...ago(0), ...over })),
    giveBack: (over: object) => ask(northTill, RETURN, takeBack({ ...ago(0), ...over })),
    batch: (items: object[]) => ask(northTill, BATCH, { items }),
    decide: (purchaseId: string, approve = true) =>
      ask(operator, DECIDE, { idempotencyKey: newId(), purchaseId, approve, reason: 'The till was offline.' }),
    quote: (member: string | null, lines: SaleLine[], over: object = {}) => {
      const {
        idempotencyKey: _,
        receiptNumber: _number,
        businessDate: _date,
        ...input
      } = sale(member, lines, {
        ...ago(0),
        ...over,
      });
      return ask(northTill, QUOTE, input);
    },
    /** The event that gives 3 points. */
    hello: (member: string, { occurredAt } = ago(0)) =>
      ask(northTill, EVENT, {
        idempotencyKey: newId(),
        member: { kind: 'EXTERNAL', value: member },
        type: 'hello',
        occurredAt,
      }),
    apply: (document: string) => ask(operator, APPLY, { idempotencyKey: newId(), document }),
    draft: (document: string) => ask(operator, DRAFT, { idempotencyKey: newId(), document }),
    /** What the members room says of a member. */
    tell: (memberId: string, over: object) => {
      const payloadOf = {
        memberId,
        status: 'ACTIVE' as const,
        earningBlocked: false,
        spendingBlocked: false,
        ...over,
      };
      const event = {
        id: newId(),
        name: 'member.changed' as const,
        aggregate: memberId,
        sequence: 1,
        payload: payloadOf,
      };
      return points.room.receive('live', [event], 'members');
    },
  };
}
