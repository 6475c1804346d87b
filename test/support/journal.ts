// What clients were told of their writes, and nothing else: a ledger beside the ledger. A write that got no answer is
// sent again, the very same under the same key, until there is one.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from './client.ts';

/** Nothing is out of order for so long. */
const ANSWER_MS = 60_000;
const AGAIN_MS = 50;

interface Entry {
  id: string;
  kind: string;
  amount: number;
}

/** The payload of a write that asks for `ENTRIES` or `REDEMPTION`; `results` are those of a batch. */
export interface Told {
  entry?: Entry | null;
  entries?: Entry[];
  redemption?: { id: string; state: string } | null;
  results?: (Told & { state: string })[];
  replayed?: boolean;
  userErrors: { code: string; retryable: boolean }[];
}
export const REFUSALS = 'userErrors { code retryable }';
export const ENTRY = '{ id kind amount }';

const partsOf = (told: Told): Told[] => [told, ...(told.results ?? [])];
const refusalsOf = (told: Told) => partsOf(told).flatMap(({ userErrors }) => userErrors);
const entriesOf = (told: Told): Entry[] =>
  partsOf(told).flatMap(({ entry, entries }) => [...(entry ? [entry] : []), ...(entries ?? [])]);
const wasReplayed = ({ results, replayed }: Told) => results?.every(({ state }) => state === 'REPLAYED') ?? replayed;
const idsOf = (told: Told) => [...entriesOf(told), ...(told.redemption ? [told.redemption] : [])].map(({ id }) => id);

/** Null: nobody knows what became of it. */
async function sent(asker: Client, query: string, input: object): Promise<Told | null> {
  const answer = await asker.send<Record<string, Told>>(query, { input }).catch((error: unknown) => {
    // The connection was refused or reset, or the answer cut off. By name: these classes are not the test's own.
    if (['TypeError', 'SyntaxError'].includes((error as Error).name)) return null;
    throw error;
  });
  if (answer === null) return null;
  const codes = answer.errors?.map(({ extensions }) => extensions.code) ?? [];
  if (codes.some((code) => code !== 'INTERNAL_SERVER_ERROR')) throw new Error(`${codes.join()} came to ${query}`);
  return answer.status >= 500 || codes.length > 0 ? null : Object.values(answer.data!)[0]!;
}

async function answered(asker: Client, query: string, input: object): Promise<Told> {
  for (const deadline = Date.now() + ANSWER_MS; Date.now() < deadline; await sleep(AGAIN_MS)) {
    const told = await sent(asker, query, input);
    if (told !== null && refusalsOf(told).every(({ retryable }) => !retryable)) return told;
  }
  throw new Error(`no answer within ${ANSWER_MS} ms: ${query} ${JSON.stringify(input)}`);
}

export interface Held {
  member: string;
  amount: number;
  /** `REQUESTED`: how it ends was not told yet. */
  state: 'REQUESTED' | 'HELD' | 'CONFIRMED' | 'RELEASED' | 'CANCELLED' | 'REFUSED';
}

const sum = (rows: { amount: number }[]): number => rows.reduce((total, { amount }) => total + amount, 0);

export class Journal {
  /** Entries that change a balance, by id; captures are told of by their redemption. */
  readonly entries = new Map<string, { member: string; amount: number }>();
  /** Redemptions of two steps, by id. */
  readonly held = new Map<string, Held>();
  readonly #answers: { asker: Client; query: string; input: object; told: Told }[] = [];

  get answers(): number {
    return this.#answers.length;
  }

  /** Sends until it is answered. Null: there are not so many points; nothing else is ever refused. */
  async write(asker: Client, query: string, input: object): Promise<Told | null> {
    const told = await answered(asker, query, input);
    const codes = refusalsOf(told).map(({ code }) => code);
    if (codes[0] === 'INSUFFICIENT_POINTS') return null;
    if (codes.length > 0) throw new Error(`${codes.join()} came to ${query} ${JSON.stringify(input)}`);
    this.#answers.push({ asker, query, input, told });
    return told;
  }

  /** The same for what posts these amounts, those of 0 without an entry, in a member's wallet. */
  async post(asker: Client, query: string, input: object, member: string, amounts: number[]): Promise<void> {
    const told = await this.write(asker, query, input);
    if (told === null) return;
    const entries = entriesOf(told).filter(({ kind }) => kind !== 'HOLD' && kind !== 'CAPTURE');
    if (String(entries.map(({ amount }) => amount)) !== String(amounts.filter((amount) => amount !== 0)))
      throw new Error(`${amounts.join()} was to be posted, not ${JSON.stringify(entries)}: ${JSON.stringify(input)}`);
    for (const { id, amount } of entries) {
      if (this.entries.has(id)) throw new Error(`${id} was told of twice: ${JSON.stringify(input)}`);
      this.entries.set(id, { member, amount });
    }
  }

  /** Sends everything again; what was not answered as before. */
  async again(inFlight: number): Promise<object[]> {
    const wrong: object[] = [];
    const left = this.#answers.values();
    const send = async () => {
      for (const { asker, query, input, told } of left) {
        const now = await answered(asker, query, input);
        if (!wasReplayed(now) || String(idsOf(now)) !== String(idsOf(told))) wrong.push({ input, told, now });
      }
    };
    await Promise.all(Array.from({ length: inFlight }, send));
    return wrong;
  }

  /** What a member's wallet comes to. */
  wallet(member: string) {
    const entries = [...this.entries.values()].filter((entry) => entry.member === member);
    const own = [...this.held.values()].filter((hold) => hold.member === member);
    const held = sum(own.filter(({ state }) => state === 'HELD'));
    const free = sum(entries) - sum(own.filter(({ state }) => state === 'CONFIRMED')) - held;
    return { pending: 0, available: Math.max(free, 0), held, deficit: Math.max(-free, 0) };
  }
}
