// What a benchmark prints.
export interface Row {
  metric: string;
  value: number;
  unit: string;
  /** The metric that `ratio` compares with. */
  against: string | null;
  ratio: number | null;
}

/** Runs the named rows, or all. */
export type Bench = (only: ReadonlySet<string> | null) => Promise<Row[]>;

export const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Keeps `clients` calls under way for so long; how many ended per second. */
export async function throughput(
  clients: number,
  seconds: number,
  call: (client: number) => Promise<number>,
): Promise<number> {
  const started = performance.now();
  const end = started + seconds * 1_000;
  let done = 0;
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      while (performance.now() < end) done += await call(client);
    }),
  );
  return done / ((performance.now() - started) / 1_000);
}
