// Does again in the model what many connections did at once, in the order in which the ledger says that they did: each
// answer says at which entry of its wallet it was given, and what it wrote.
import { isDeepStrictEqual } from 'node:util';
import { apply, settled, touched, walletOf, type Command, type Ref, type WalletKey, type World } from './command.ts';
import { answerOf, type Posted } from './posting.ts';
import { heard, told, type WrittenEntry } from './witness.ts';

export interface Done {
  command: Command;
  posted: Posted;
}

export interface Ledger {
  /** By seq. */
  entries: Record<string, Map<number, WrittenEntry>>;
  idsOf(entries: Ref[]): string[];
  day: number;
}

interface Attempt {
  done: Done;
  /** The model answers the same, and writes the same. */
  agrees: boolean;
  world: World;
}

/** Fails when there is no order in which the model agrees with every answer. */
export function replay(before: World, all: Done[], ledger: Ledger): World {
  let world = before;
  let left = all;
  while (left.length > 0) {
    const next = choose(world, left, ledger);
    world = next.world;
    left = left.filter((done) => done !== next.done);
  }
  return world;
}

const wrote = ({ posted }: Done): boolean =>
  posted.refusal === null && posted.replayed !== true && (posted.entryIds ?? []).length > 0;

/**
 * What changes nothing may stand anywhere before the next entry, so it comes first; then what is only remembered; then
 * what writes, once nobody else is left who was answered at the entry before it.
 */
function choose(world: World, left: Done[], ledger: Ledger): Attempt {
  const { day } = ledger;
  const seqs = new Map(
    left.map(({ command: { wallet } }) => [wallet, settled(world, wallet, day).entries.length] as const),
  );
  const quiet = left.filter((done) => !wrote(done) && done.posted.walletSeq === seqs.get(done.command.wallet));
  const tried = quiet.map((done) => attempt(world, done, ledger)).filter(({ agrees }) => agrees);
  const fitting = tried.find((one) => one.world === world) ?? tried[0];
  if (fitting !== undefined) return fitting;
  const waiting = new Set<WalletKey>(quiet.map(({ command }) => command.wallet));
  for (const done of left) {
    if (!wrote(done) || touched(done.command).some((wallet) => waiting.has(wallet))) continue;
    const found = attempt(world, done, ledger);
    if (found.agrees) return found;
  }
  throw new Error(`on day ${day} there is no order in which this could be:\n${stuck(world, left, ledger)}`);
}

const stuck = (world: World, left: Done[], { day, entries }: Ledger): string =>
  left
    .slice(0, 3)
    .map(({ command, posted }) => {
      const { world: after, answer } = apply(world, command, day);
      const from = walletOf(world, command.wallet).entries.length;
      return [
        JSON.stringify(command),
        `  was answered ${JSON.stringify(posted)}; the model answers ${JSON.stringify(answer)}`,
        ...walletOf(after, command.wallet)
          .entries.slice(from)
          .map((entry, index) => {
            const found = entries[command.wallet]!.get(from + index + 1);
            return `  and writes ${JSON.stringify(told(entry))}, the ledger ${JSON.stringify(found)}`;
          }),
      ].join('\n');
    })
    .join('\n');

function attempt(world: World, done: Done, { day, entries, idsOf }: Ledger): Attempt {
  const { command, posted } = done;
  const { world: after, answer } = apply(world, command, day);
  const said = answerOf(posted, command);
  const alike = (wallet: WalletKey): boolean => {
    const from = walletOf(world, wallet).entries.length;
    return walletOf(after, wallet)
      .entries.slice(from)
      .every((entry, index) => {
        const found = entries[wallet]!.get(from + index + 1);
        return found !== undefined && isDeepStrictEqual(heard(found), told(entry));
      });
  };
  const agrees =
    isDeepStrictEqual(said, { ...answer, entries: said.entries && idsOf(answer.entries) }) &&
    // What a hold wrote is not said, but where its wallet stands then.
    (!wrote(done) || walletOf(after, command.wallet).entries.length === posted.walletSeq) &&
    touched(command).every(alike);
  return { done, agrees, world: after };
}
