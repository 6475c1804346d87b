// What benchmarks measure and print.
export interface Row {
  metric: string;
  value: number;
  unit: string;
  /** The metric that `ratio` compares with. */
  against: string | null;
  ratio: number | null;
}

export interface BenchOptions {
  /** The rows to run; null: all. */
  only: ReadonlySet<string> | null;
  /** Of one round. */
  seconds: number;
  /** Path of pgledger's SQL; null: without it. */
  pgledger: string | null;
  /** Of the gateway's: over the real rooms. */
  rooms: boolean;
  /** Of the gateway's: the row whose frames are listed, instead of its figures; null: none. */
  profile: string | null;
}

export interface Bench {
  /** Names of its rows. */
  names: readonly string[];
  run(options: BenchOptions): Promise<Result>;
}

export interface Result {
  rows: Row[];
  /** Rows that there are not, and why. */
  missing: string[];
}

export interface Measured {
  /** In the row's unit. */
  value: number;
  /** How many operations it was. */
  count: number;
}

/** One round. */
export type Measure = () => Promise<Measured>;

export const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** A round of a row, and the one of its counterpart just before. */
export interface Pair {
  own: Measured;
  other: Measured;
}

/** The median of the pairs' own ratios: what slows the machine down slows both of a pair. */
export const ratio = (pairs: Pair[]): number => median(pairs.map(({ own, other }) => own.value / other.value));

/** Keeps `clients` calls under way for so long; `value` is how many operations, which the calls return, ended per second. */
export async function throughput(
  clients: number,
  seconds: number,
  call: (client: number) => Promise<number>,
): Promise<Measured> {
  const started = performance.now();
  const end = started + seconds * 1_000;
  let count = 0;
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      while (performance.now() < end) {
        // Not `count += await …`: that reads `count` before the others have added to it.
        const ended = await call(client);
        count += ended;
      }
    }),
  );
  return { value: count / ((performance.now() - started) / 1_000), count };
}
