import fc from 'fast-check';

export interface Often {
  runs: number;
  seed?: number | undefined;
  /** How long a failing history is shortened. */
  shrinkMs: number;
}

/** Plays that many random histories. A failure ends in time, with the shortest history that was found until then. */
export async function expectAlways<T>(
  histories: fc.Arbitrary<T>,
  { runs, seed, shrinkMs }: Often,
  play: (history: T) => Promise<void>,
): Promise<void> {
  let until = Infinity;
  const property = fc.asyncProperty(histories, async (history) => {
    fc.pre(performance.now() < until);
    try {
      await play(history);
    } catch (error) {
      until = Math.min(until, performance.now() + shrinkMs);
      throw error;
    }
  });
  await fc.assert(property, { numRuns: runs, ...(seed === undefined ? {} : { seed }) });
}
