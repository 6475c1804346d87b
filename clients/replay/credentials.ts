// The credentials of the running demo, as the gateway writes them at its start.
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Till } from './plan.ts';

const file = z.object({
  address: z.url(),
  operator: z.object({ key: z.string() }),
  tills: z.array(
    z.object({ partner: z.string(), location: z.string(), terminals: z.array(z.string()), key: z.string() }),
  ),
});

export type Credentials = z.infer<typeof file>;

export async function readCredentials(path: string): Promise<Credentials> {
  let text;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    throw new Error(
      `${path} is not there: start the graph with npm start first, or name another file by --credentials.`,
    );
  }
  try {
    return file.parse(JSON.parse(text));
  } catch {
    throw new Error(
      `${path} does not hold the demo's credentials: address, operator's key, tills with key and terminals.`,
    );
  }
}

/** The partner with the most terminals. */
export function largestPartner({ tills }: Credentials): string {
  const counts = new Map<string, number>();
  for (const { partner, terminals } of tills) counts.set(partner, (counts.get(partner) ?? 0) + terminals.length);
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? 'nobody';
}

/** The first terminals of a partner's shops. */
export function tillsOf({ tills }: Credentials, partner: string, count: number): Till[] {
  const all = tills
    .filter((shop) => shop.partner === partner)
    .flatMap(({ location, terminals }) => terminals.map((terminal) => ({ location, terminal })));
  if (all.length < count) throw new Error(`${partner} has ${all.length} tills; --tills asks for ${count}.`);
  return all.slice(0, count);
}

export function keyOf({ tills }: Credentials, { location }: Till): string {
  const shop = tills.find((candidate) => candidate.location === location);
  if (shop === undefined)
    throw new Error(`There is no credential for the shop ${location}, in which this source was begun.`);
  return shop.key;
}
