// The README's table of settings, from what the configuration reads.
import { settings } from '../subgraphs/shared/config.ts';

/** Between these the formatter leaves the text alone. */
const BEGIN = '<!-- prettier-ignore-start -->\n<!-- Written by npm run schema. -->\n';
const END = '<!-- prettier-ignore-end -->';

/** The README with its table as it must be; throws when it has no place for one. */
export function withSettings(readme: string): string {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`README.md has no place for its settings: ${BEGIN}`);
  const rows = settings().map(
    ({ variable, description, otherwise }) => `| \`${variable}\` | ${description} | ${otherwise} |`,
  );
  const table = ['| variable | is | else |', '|---|---|---|', ...rows].join('\n');
  return `${readme.slice(0, begin)}${BEGIN}\n${table}\n\n${readme.slice(end)}`;
}
