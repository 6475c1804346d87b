// A gateway that knows just what the replay client asks: members, batches, balances. It keeps keys and answers as the real one does,
// and can be told to fail in the ways that servers fail.
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { keptPence, pointsOf, ShopLedger, totalPence, type ShopPurchase } from './shop-ledger.ts';

interface Item {
  idempotencyKey: string;
  receiptNumber: string;
  businessDate: string;
  occurredAt: string;
  member?: { value: string } | null;
  purchase?: { receiptNumber: string };
  whole?: boolean;
  lines?: { sku: string; number: number; quantity: string; unitPrice: string }[];
}

const POINTS = { code: 'points' };
const VERSIONS = [
  { version: '3', state: 'SCHEDULED' },
  { version: '2', state: 'IN_FORCE' },
  { version: '1', state: 'PAST' },
];

interface Entry {
  id: string;
  kind: string;
  amount: number;
  currency: { code: string };
  explanation: { steps: { amount: number }[] };
}

interface Answer {
  state: string;
  purchase: { id: string } | null;
  lines: object[];
  entries: Entry[];
  userErrors: { code: string; message: string; retryable: boolean }[];
}

/** What goes wrong with one request: `lost` is done and then not answered. */
export type Fault = 'unavailable' | 'lost' | 'masked' | 'busy' | 'invalid';

export interface FakeGateway {
  address: string;
  shop: ShopLedger;
  /** One for each of the next requests; an empty place lets one pass. */
  faults: (Fault | null)[];
  /** Receipt numbers in the order in which they were first recorded. */
  recorded: string[];
  /** How many batches came, faults included. */
  batches: number;
  /** Its file. */
  programme: string;
  /** What the steps of an entry's explanation say of it. */
  explained: (amount: number) => number;
  /** Called at each batch before it is worked on. */
  onBatch: () => void;
  close(): Promise<void>;
}

export async function fakeGateway(): Promise<FakeGateway> {
  const shop = new ShopLedger();
  const answers = new Map<string, { input: string; answer: Answer }>();
  const entriesOf = new Map<ShopPurchase, Entry[]>();
  const server = createServer((request, response) => void serve(request, response));
  const fake: FakeGateway = {
    address: '',
    shop,
    faults: [],
    recorded: [],
    batches: 0,
    programme: readFileSync('programmes/hybrid-retail.yaml', 'utf8'),
    explained: (amount) => amount,
    onBatch: () => undefined,
    close,
  };

  async function close(): Promise<void> {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { query, variables } = JSON.parse(Buffer.concat(await request.toArray()).toString()) as {
      query: string;
      variables: {
        id: string;
        input: { items: { purchase?: Item; return?: Item }[]; identifiers: { value: string }[] };
      };
    };
    const batch = query.includes('purchaseRecordBatch');
    if (batch) {
      fake.batches += 1;
      fake.onBatch();
    }
    const fault = batch ? fake.faults.shift() : null;
    if (fault === 'unavailable') return void response.writeHead(503).end('away');
    const reply = (body: object) =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (fault === 'masked' || fault === 'invalid') {
      const code = fault === 'masked' ? 'INTERNAL_SERVER_ERROR' : 'BAD_USER_INPUT';
      return reply({ data: null, errors: [{ message: 'x', extensions: { code } }] });
    }
    const data = batch
      ? { purchaseRecordBatch: { results: record(variables.input.items, fault === 'busy'), userErrors: [] } }
      : read(query, variables);
    if (fault === 'lost') return void request.socket.destroy();
    return reply({ data });
  }

  function read(
    query: string,
    { id, input, version }: { id: string; input: { identifiers: { value: string }[] }; version?: string },
  ): object {
    if (query.includes('memberEnroll')) {
      return { memberEnroll: { member: { id: `mbr_${input.identifiers[0]!.value}` }, userErrors: [] } };
    }
    if (query.includes('ledgerVerify')) {
      return { ledgerVerify: { intact: true, walletCount: 1, entryCount: 1, firstBreak: null } };
    }
    if (query.includes('programmes(')) return { programmes: { nodes: VERSIONS } };
    if (query.includes('programmeDocument')) return { programmeDocument: version === '2' ? fake.programme : null };
    const owner = id.slice(4);
    const pageInfo = { hasNextPage: false, endCursor: null };
    const own = shop.purchases.filter((purchase) => purchase.owner === owner);
    if (query.includes('ledger(')) {
      return { member: { ledger: { nodes: own.flatMap((purchase) => entriesOf.get(purchase)), pageInfo } } };
    }
    const spend = own.reduce((sum, purchase) => sum + keptPence(purchase), 0);
    const tier = spend >= 100_000 ? 'gold' : spend >= 50_000 ? 'silver' : spend >= 10_000 ? 'bronze' : 'member';
    const nodes = own.map((purchase) => ({
      id: `pur_${purchase.id}`,
      total: { amount: (totalPence(purchase) / 100).toFixed(2) },
      returned: { amount: ((totalPence(purchase) - keptPence(purchase)) / 100).toFixed(2) },
      entries: entriesOf.get(purchase),
    }));
    const wallet = { currency: POINTS, available: shop.pointsOfMember(owner), pending: 0, held: 0, deficit: 0 };
    return { member: { tier: { code: tier }, wallets: [wallet], purchases: { nodes, pageInfo } } };
  }

  function record(items: { purchase?: Item; return?: Item }[], busy: boolean): object[] {
    return items.map((item, index) => {
      if (busy && index === Math.floor(items.length / 2)) return { index, ...refused('IDEMPOTENCY_IN_PROGRESS', true) };
      const input = item.purchase ?? item.return!;
      const known = answers.get(input.idempotencyKey);
      if (known !== undefined) {
        const same = known.input === JSON.stringify(item);
        return { index, ...(same ? { ...known.answer, state: 'REPLAYED' } : refused('IDEMPOTENCY_KEY_REUSED')) };
      }
      const answer = item.purchase === undefined ? giveBack(input) : buy(input);
      if (answer.state === 'RECORDED') {
        answers.set(input.idempotencyKey, { input: JSON.stringify(item), answer });
        fake.recorded.push(input.receiptNumber);
      }
      return { index, ...answer };
    });
  }

  const refused = (code: string, retryable = false): Answer => ({
    state: 'REFUSED',
    purchase: null,
    lines: [],
    entries: [],
    userErrors: [{ code, message: code, retryable }],
  });
  const entry = (amount: number): Entry[] =>
    amount === 0 ? [] : [{ id: 'ent', kind: 'EARN', amount, currency: POINTS, explanation: explain(amount) }];
  const explain = (amount: number) => ({ steps: [{ amount: fake.explained(amount) }] });

  function buy({ receiptNumber, member, occurredAt, lines = [] }: Item): Answer {
    const sold = lines.map(({ sku, quantity, unitPrice }) => ({ sku, quantity: Number(quantity), price: unitPrice }));
    const purchase = shop.buy(receiptNumber, member?.value ?? null, occurredAt, sold);
    const entries = entry(pointsOf(purchase));
    entriesOf.set(purchase, [...entries]);
    return { state: 'RECORDED', purchase: { id: `pur_${receiptNumber}` }, lines: [], entries, userErrors: [] };
  }

  function giveBack({ member, purchase, occurredAt, whole = false, lines = [] }: Item): Answer {
    if (!member && !purchase) return refused('RETURN_UNMATCHED');
    const before = new Map(shop.purchases.map((each) => [each, pointsOf(each)]));
    const sale = shop.purchases.find((each) => each.id === purchase?.receiptNumber);
    if (whole) sale!.kept = [];
    const taken = lines.map(({ sku, number, quantity, unitPrice }, index) => {
      const units = sale
        ? shop.giveBackLine(sale, number, Number(quantity))
        : shop.giveBack(member!.value, occurredAt, sku, Number(quantity), unitPrice);
      const reason = units < Number(quantity) ? 'RETURN_UNMATCHED' : null;
      return { index, accepted: units > 0, quantity: String(units), reason };
    });
    if (!whole && taken.every((line) => !line.accepted)) return { ...refused('RETURN_UNMATCHED'), lines: taken };
    const entries = [...before].flatMap(([each, points]) => {
      const own = entry(pointsOf(each) - points);
      entriesOf.get(each)!.push(...own);
      return own;
    });
    return { state: 'RECORDED', purchase: null, lines: taken, entries, userErrors: [] };
  }

  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  fake.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  return fake;
}
