// What `/metrics` says, as samples.
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export function samples(text: string): Sample[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', of = '']) => [label, of] as const);
      return { name, labels: Object.fromEntries(pairs), value: Number(value) };
    });
}

/** The samples of one metric that are not 0, by their labels' values in the order of their names. */
export function counted(text: string, metric: string): Record<string, number> {
  return Object.fromEntries(
    samples(text)
      .filter(({ name, value }) => name === metric && value !== 0)
      .map(({ labels, value }) => [
        Object.keys(labels)
          .toSorted()
          .map((label) => labels[label])
          .join(' '),
        value,
      ]),
  );
}

export async function scrape(url: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(new URL('/metrics', url), { headers });
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  return response.text();
}
