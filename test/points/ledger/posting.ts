// What the model calls a command as the ledger's functions take it, and their answer as the model has it.
import { createHash } from 'node:crypto';
import { newId } from '../../../subgraphs/shared/id.ts';
import type { Answer, Command, Ref, WalletKey } from './command.ts';
import type { Hold, LotTerms } from './model.ts';

const DAY_MS = 86_400_000;

export const FUNDERS = [newId(), newId()];

/** How a history's wallets, days, holds and entries are called in the ledger. */
export interface Names {
  /** UUIDs. */
  members: string[];
  /** The instant of day 0, in milliseconds. */
  start: number;
  /** Of an entry, or of none. */
  entry(ref: Ref): { id: string; origin: string | null };
}

export type Posting = Record<string, unknown> & { op: string; member: string; currency: string };

export const place = ({ members }: Pick<Names, 'members'>, wallet: WalletKey): { member: string; currency: string } => {
  const [member, currency] = wallet.split(' ') as [string, string];
  return { member: members[Number(member)]!, currency };
};

export const instant = ({ start }: Pick<Names, 'start'>, day: number): string =>
  new Date(start + day * DAY_MS).toISOString();

export function postingOf(command: Command, names: Names): Posting {
  const at = (day: number | null) => (day === null ? null : instant(names, day));
  const common = {
    op: command.op,
    ...place(names, command.wallet),
    actor_kind: 'SYSTEM',
    actor_id: null,
    origin: newId(),
    ...(command.key === null ? {} : requestOf(command, command.key, names)),
  };
  const asker = (name: string) => `${names.members[0]} ${name}`;
  switch (command.op) {
    case 'credit': {
      const lots = command.lots.map((lot) => lotOf(lot, at));
      const idle = { kind: command.kind, idle_until: at(command.idle) };
      return lots.length === 1 ? { ...common, ...idle, ...lots[0] } : { ...common, ...idle, lots };
    }
    case 'debit':
      return { ...common, kind: command.kind, amount: command.amount, idle_until: at(command.idle) };
    case 'hold': {
      const lapse = { lapses_at: at(command.lapses), lapse_grace: at(command.grace) };
      return { ...common, asker: asker(command.asker), amount: command.amount, ...lapse };
    }
    case 'capture':
      return { ...common, asker: asker(command.asker), amount: command.amount, idle_until: at(command.idle) };
    case 'release':
    case 'restore':
      return { ...common, asker: asker(command.asker), amount: command.amount, grace_until: at(command.grace) };
    case 'reverse': {
      const { amount, deficitMax, clamp, grace } = command;
      return {
        ...common,
        ...target(command, names),
        amount,
        deficit_max: deficitMax,
        clamp,
        grace_until: at(grace),
      };
    }
    case 'confirm':
      return {
        ...common,
        ...target(command, names),
        expires_at: at(command.expires),
        idle_until: at(command.idle),
      };
    case 'transfer': {
      const { member: to_member, currency: to_currency } = place(names, command.to);
      const { amount, toAmount: to_amount, fee } = command;
      return { ...common, to_member, to_currency, amount, to_amount, fee };
    }
  }
}

const lotOf = (
  { amount, earned, activates, cancels, expires, funder }: LotTerms,
  at: (day: number | null) => unknown,
) => ({
  amount,
  earned_at: at(earned),
  activates_at: at(activates),
  cancels_at: at(cancels),
  expires_at: at(expires),
  funder: funder === null ? null : FUNDERS[funder - 1],
});

function target({ wallet, seq, byOrigin }: Ref & { byOrigin: boolean }, names: Names) {
  const { id, origin } = names.entry({ wallet, seq });
  return byOrigin ? { undoes: origin } : { reverses: id };
}

const requestOf = (command: Command, key: string, { members }: Names) => ({
  owner: 'oracle',
  mutation: 'post',
  key: `${members[0]} ${key}`,
  input_hash: createHash('sha256').update(JSON.stringify(command)).digest('hex'),
});

/** What ledger_post and ledger_credit answer. */
export interface Posted {
  refusal: string | null;
  entryIds: string[] | null;
  state: Hold['state'] | null;
  walletSeq: number;
  replayed: boolean | null;
}

export const postSql = (routine: 'ledger_post' | 'ledger_credit'): string =>
  `select refusal, entry_ids "entryIds", hold_is "state", wallet_seq "walletSeq", replayed
   from ${routine}($1) order by posting`;

/** As the model has it; what a hold's entries are is not said. */
export function answerOf(posted: Posted, command: Command): Omit<Answer, 'entries'> & { entries: string[] | null } {
  const { refusal, replayed, state, entryIds } = posted;
  const quiet = 'asker' in command && command.op !== 'restore';
  return {
    refusal,
    replayed: refusal === null && !quiet && (replayed ?? false),
    state: 'asker' in command && refusal === null ? state : null,
    entries: quiet || refusal !== null ? null : entryIds,
  };
}
