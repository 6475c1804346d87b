// Plays the rows of a script, one member's: the test clock goes to the row's time, then it happens. What comes of it is
// told in the script's own words. A purchase is quoted first, and must give what the quote said.
import { Big } from 'big.js';
import { DateTime } from 'luxon';
import { encodeId, newId } from '../../subgraphs/shared/id.ts';
import { inSpace, operator, roomViewer, till } from '../support/viewer.ts';
import { checkInvariants } from '../points/ledger/invariant.ts';
import { payload } from '../points/room.ts';
import { CAPTURE, CLOCK, CONFIRM, EVENT, HOLD, LEDGER, QUOTE, RECORD, RETURN, STATE, VERIFY } from './documents.ts';
import { MEMBER, openSandbox, SPACE, type Sandbox } from './sandbox.ts';
import { actionOf, attributesOf, linesOf, type Action, type Item } from './script.ts';

interface Points {
  amount: number;
  currency: { code: string };
}

interface Entry extends Points {
  id: string;
  kind: string;
  explanation: { steps: { rule: string; applied: boolean; amount: number | null }[] } | null;
}

interface Wallet {
  currency: { code: string };
  pending: number;
  available: number;
  deficit: number;
  nextExpiry: { expiresOn: string; amount: number } | null;
}

interface Quote {
  earned: Points[];
  tierAfter: { code: string };
  discounts: { code: string; amount: { amount: string } }[];
  payable: { amount: string };
}

export interface Outcome {
  /** What each new entry says: the steps of what was earned, else its kind. A quote: what comes off, and what is to pay. */
  gives: string;
  has: string;
  /** What expires next, and its last day. */
  expires: string;
  /** With its last day, when it has one. */
  tier: string;
}

const CLERK = inSpace(SPACE, operator);
const REWARDS = roomViewer('rewards', SPACE);
const ME = { members: [{ __typename: 'Member', id: encodeId('mbr', MEMBER) }] };

const sum = (numbers: number[]): number => numbers.reduce((all, one) => all + one, 0);

/** Points by currency, and the tier after. */
function given(points: Points[], tier: string): string {
  const codes = [...Map.groupBy(points, ({ currency }) => currency.code)];
  const texts = codes.map(([code, all]) => `${sum(all.map(({ amount }) => amount))} ${code}`);
  return [...texts.toSorted(), tier].join(', ');
}

export class Player {
  readonly #sandbox: Sandbox;
  readonly #shelf: Map<string, Item>;
  readonly #verbs: Record<string, (action: Action, at: string) => Promise<string | void>> = {
    enrols: (action, at) => this.#enrol(action, at),
    waits: async () => {},
    buys: (action, at) => this.#buy(action, at),
    quotes: (action, at) => this.#quoted(action, at),
    returns: (action, at) => this.#giveBack(action, at),
    confirms: (action) => this.#confirm(action),
    does: (action, at) => this.#do(action, at),
    spends: (action) => this.#spend(action),
  };
  readonly #purchases = new Map<string, string>();
  #receipts = 0;
  #seen: string | null = null;

  constructor(sandbox: Sandbox, shelf: Map<string, Item>) {
    this.#sandbox = sandbox;
    this.#shelf = shelf;
  }

  async play(when: string, what: string): Promise<Outcome> {
    const at = this.#instant(when);
    const [clock] = await this.#sandbox.points.query<{ past: boolean }>('select clock() > $1 past', [at], SPACE);
    if (!clock!.past) await this.#ask(CLERK, CLOCK, { idempotencyKey: newId(), to: at });
    const action = actionOf(what);
    const said = await this.#verbs[action.verb]!(action, at);
    const entries = await this.#newEntries();
    return { gives: said ?? entries.map((entry) => this.#told(entry)).join('; '), ...(await this.#state()) };
  }

  /** After the ledger's invariants by plain SQL, its own verification. */
  async verify(): Promise<unknown> {
    await checkInvariants(this.#sandbox.points.room.database.space(SPACE).source, null);
    return payload(this.#sandbox.points.ask(CLERK, VERIFY));
  }

  close = (): Promise<void> => this.#sandbox.points.close();

  #instant = (local: string): string =>
    DateTime.fromISO(local.replace(' ', 'T'), { zone: this.#sandbox.timeZone }).toUTC().toISO()!;

  #day = (instant: string): string => DateTime.fromISO(instant, { zone: this.#sandbox.timeZone }).toISODate()!;

  async #ask(viewer: typeof CLERK, document: string, input: object) {
    const answer = await payload(this.#sandbox.points.ask(viewer, document, { input }));
    if (answer.userErrors?.length > 0) throw new Error(JSON.stringify(answer.userErrors));
    return answer;
  }

  #location({ options: { at } }: Action) {
    const { locations } = this.#sandbox;
    return at === undefined ? locations[0]! : locations.find(({ code }) => code === at)!;
  }

  #till = (action: Action) => inSpace(SPACE, till(this.#location(action).partner));

  #receipt(action: Action, at: string) {
    this.#receipts += 1;
    return {
      idempotencyKey: newId(),
      location: this.#location(action).code,
      receiptNumber: `R${this.#receipts}`,
      businessDate: this.#day(at),
      occurredAt: at,
    };
  }

  #basket(action: Action, at: string) {
    const { by, in: currency, on } = action.options;
    return {
      member: { kind: 'EXTERNAL', value: 'me' },
      location: this.#location(action).code,
      occurredAt: on === undefined ? at : this.#instant(on),
      currencyCode: currency ?? this.#sandbox.baseCurrency,
      ...(by === undefined ? {} : { paymentMethods: [by] }),
      lines: linesOf(action.object, this.#shelf),
    };
  }

  async #enrol({ object }: Action, at: string): Promise<void> {
    this.#sandbox.member.birthday = object.replace('born ', '') || null;
    this.#sandbox.member.enrolledOn = this.#day(at);
    const event = { id: newId(), name: 'member.enrolled' as const, aggregate: MEMBER, sequence: 1 };
    const told = { ...event, payload: { memberId: MEMBER, enrolledAt: at, referralCode: null } };
    await this.#sandbox.points.room.receive(SPACE, [told], 'members');
  }

  #quote = (action: Action, at: string): Promise<Quote> =>
    payload(this.#sandbox.points.ask(this.#till(action), QUOTE, { input: this.#basket(action, at) }));

  async #quoted(action: Action, at: string): Promise<string> {
    const { discounts, payable } = await this.#quote(action, at);
    return [...discounts.map(({ code, amount }) => `${code} ${amount.amount}`), `to pay ${payable.amount}`].join(', ');
  }

  async #buy(action: Action, at: string): Promise<void> {
    const { earned, tierAfter } = await this.#quote(action, at);
    const input = { ...this.#receipt(action, at), ...this.#basket(action, at) };
    const { purchase, entries, member } = await this.#ask(this.#till(action), RECORD, input);
    const [promised, kept] = [given(earned, tierAfter.code), given(entries, member.tier.code)];
    if (promised !== kept) throw new Error(`quoted ${promised}, recorded ${kept}`);
    if (action.options['as'] !== undefined) this.#purchases.set(action.options['as'], purchase.id);
  }

  async #giveBack(action: Action, at: string): Promise<void> {
    const { object, options } = action;
    const line = /^line (\d+)$/.exec(object)?.[1];
    const part = line === undefined ? { amount: object } : { lines: [{ number: Number(line), quantity: '1' }] };
    await this.#ask(this.#till(action), RETURN, {
      ...this.#receipt(action, at),
      purchase: { id: this.#purchases.get(options['of'] ?? object) },
      ...(options['of'] === undefined ? { whole: true } : part),
    });
  }

  async #confirm(action: Action): Promise<void> {
    const purchaseId = this.#purchases.get(action.object);
    await this.#ask(this.#till(action), CONFIRM, { idempotencyKey: newId(), purchaseId });
  }

  async #do(action: Action, at: string): Promise<void> {
    const [type, ...attributes] = action.object.split(' ');
    await this.#ask(this.#till(action), EVENT, {
      idempotencyKey: newId(),
      memberId: this.#sandbox.member.id,
      type,
      occurredAt: at,
      ...(action.options['at'] === undefined ? {} : { location: action.options['at'] }),
      attributes: attributesOf(attributes),
    });
  }

  async #spend({ object }: Action): Promise<void> {
    const [amount, currency] = object.split(' ');
    const key = newId();
    const hold = { idempotencyKey: key, memberId: this.#sandbox.member.id, currency, amount: Number(amount) };
    await this.#ask(REWARDS, HOLD, hold);
    await this.#ask(REWARDS, CAPTURE, { redemptionId: key });
  }

  /** Since the last row, oldest first; those that change no balance are left out. */
  async #newEntries(): Promise<Entry[]> {
    const [{ ledger }] = await payload(this.#sandbox.points.ask(CLERK, LEDGER, ME));
    const newest = (ledger.edges as { node: Entry }[]).map(({ node }) => node);
    const end = newest.findIndex(({ id }) => id === this.#seen);
    this.#seen = newest[0]?.id ?? this.#seen;
    return newest
      .slice(0, end === -1 ? undefined : end)
      .toReversed()
      .filter(({ amount }) => amount !== 0);
  }

  #shown(amount: number, currency: string): string {
    const decimals = this.#sandbox.decimals.get(currency)!;
    return Big(amount).div(Big(10).pow(decimals)).toFixed(decimals);
  }

  #told({ kind, amount, currency: { code }, explanation }: Entry): string {
    if (kind !== 'EARN') return `${kind.toLowerCase()} ${this.#shown(amount, code)}`;
    const steps = explanation!.steps.filter(({ applied }) => applied);
    if (sum(steps.map((step) => step.amount!)) !== amount)
      throw new Error(`its steps do not explain ${amount} ${code}`);
    return steps.map((step) => `${step.rule} ${this.#shown(step.amount!, code)}`).join(', ');
  }

  async #state(): Promise<Omit<Outcome, 'gives'>> {
    const [{ wallets, tier }] = await payload(this.#sandbox.points.ask(CLERK, STATE, ME));
    const several = this.#sandbox.decimals.size > 1;
    const named = (text: string, code: string) => (several ? `${text} ${code}` : text);
    const has = ({ currency: { code }, pending, available, deficit }: Wallet) =>
      named(this.#shown(available - deficit, code), code) +
      (pending > 0 ? ` + ${this.#shown(pending, code)} pending` : '');
    const expires = ({ currency: { code }, nextExpiry }: Wallet) =>
      nextExpiry === null ? [] : [`${named(this.#shown(nextExpiry.amount, code), code)} on ${nextExpiry.expiresOn}`];
    const lastDay = (end: string) => this.#day(DateTime.fromISO(end).minus({ milliseconds: 1 }).toISO()!);
    return {
      has: (wallets as Wallet[]).map(has).join(', '),
      expires: (wallets as Wallet[]).flatMap(expires).join(', '),
      tier: tier.endsAt === null ? tier.code : `${tier.code} to ${lastDay(tier.endsAt)}`,
    };
  }
}

export const openPlayer = async (programme: string, shelf: Map<string, Item>): Promise<Player> =>
  new Player(await openSandbox(programme), shelf);
