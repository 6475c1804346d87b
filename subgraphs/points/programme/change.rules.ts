// What a document changes of another, place by place. In lists whose items have codes a place is named by them, so that an
// item that is put in front of others changes nothing of those.

/** Texts of what stands there; null where nothing does. */
export interface Change {
  path: string;
  before: string | null;
  after: string | null;
}

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string | null => {
  if (value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** The order of fields says nothing. */
const sorted = (_: string, value: unknown): unknown =>
  isFields(value) ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))) : value;

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one, sorted) === JSON.stringify(other, sorted);

/** The items of a list under their codes; null when they have none, or two have one. */
function coded(value: unknown): Fields | null {
  if (!Array.isArray(value) || !value.every((item) => isFields(item) && typeof item['code'] === 'string')) return null;
  const items = Object.fromEntries(value.map((item: Fields) => [item['code'] as string, item]));
  return Object.keys(items).length === value.length ? items : null;
}

/** The order matters: of rules, of levels. */
function moved(path: string[], before: Fields, after: Fields): Change[] {
  const both = (one: Fields, other: Fields) =>
    Object.keys(one)
      .filter((code) => code in other)
      .join(', ');
  const [was, is] = [both(before, after), both(after, before)];
  return was === is ? [] : [{ path: path.join('.'), before: was, after: is }];
}

function within(path: string[], before: Fields, after: Fields): Change[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => changesOf(before[name], after[name], [...path, name]));
}

export function changesOf(before: unknown, after: unknown, path: string[] = []): Change[] {
  if (isFields(before) && isFields(after)) return within(path, before, after);
  const [were, are] = [coded(before), coded(after)];
  if (were !== null && are !== null) return [...moved(path, were, are), ...within(path, were, are)];
  return same(before, after) ? [] : [{ path: path.join('.'), before: textOf(before), after: textOf(after) }];
}
