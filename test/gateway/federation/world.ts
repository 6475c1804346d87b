// A world of federation: a few tiny rooms, and what clients who ask them together must be told by the specifications of
// GraphQL and federation.
import { FAULT } from '../../../gateway/masking.ts';
import type { RoomName } from '../../../subgraphs/shared/config.ts';

/** Each transport; and one of them without code made for answers. */
export const WAYS = ['in-process', 'http', 'mixed', 'in-process, nothing generated'] as const;
export type Way = (typeof WAYS)[number];

/** How an error of a room that did not answer begins in `Case.errors`. */
export const AWAY = `${FAULT} (retryable)`;

export type ByRoom<T> = Partial<Record<RoomName, T>>;

export interface Case {
  claim: string;
  operation: string;
  operationName?: string;
  variables?: Record<string, unknown>;
  /** Rooms that break the connection. */
  away?: RoomName[];
  /** What rooms answer, whatever they are asked. */
  answers?: ByRoom<unknown>;
  /** Exactly, and in this order; undefined when the operation must be refused. */
  data?: Record<string, unknown> | null;
  /** Each as its code, ` (retryable)` where it says so, and its path: `FORBIDDEN me.wallets.0`; in any order. */
  errors?: string[];
  /** For each room that must be asked, and for each request to it, the entities that it is asked about. */
  asked?: ByRoom<object[][]>;
  /** The rooms in the order in which they must be asked. */
  order?: RoomName[];
}

export interface World {
  title: string;
  /** SDL without the link to federation, and resolvers as `@apollo/subgraph` takes them. */
  rooms: ByRoom<{ sdl: string; resolvers: Record<string, object> }>;
  /** All but where it says otherwise. */
  ways?: readonly Way[];
  /** Makes good what mutations changed; called before each operation. */
  reset?: () => void;
  cases: Case[];
}
