// The places of a plan's path in what has been answered: each object there, and where a client sees it.
import type { ResponsePath } from '@apollo/query-planner';
import type { Data, Path } from '../run.ts';

const EACH = '@';

/** The objects at the path, in order; null ones are left out. */
export function objectsAt(root: unknown, path: ResponsePath): Data[] {
  const found: Data[] = [];
  walk(root, path, 0, (object) => void found.push(object));
  return found;
}

/** Where those objects are. As long as `objectsAt` and in its order, so worked out only when there is an error to tell. */
export function placesAt(root: unknown, path: ResponsePath): Path[] {
  const found: Path[] = [];
  walk(root, path, 0, (_, place) => void found.push([...place]), []);
  return found;
}

function walk(
  value: unknown,
  path: ResponsePath,
  index: number,
  visit: (object: Data, place: Path) => void,
  place: Path = [],
): void {
  if (value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) {
    const rest = path[index] === EACH ? index + 1 : index;
    for (let item = 0; item < value.length; item += 1) {
      place.push(item);
      walk(value[item], path, rest, visit, place);
      place.pop();
    }
    return;
  }
  if (index === path.length) return visit(value as Data, place);
  const key = path[index]!;
  place.push(key);
  walk((value as Data)[key], path, index + 1, visit, place);
  place.pop();
}

/** A path in a room's answer, in the client's words. */
export const spelled = (path: readonly (string | number)[], clientKey: (key: string) => string): Path =>
  path.map((key) => (typeof key === 'string' ? clientKey(key) : key));
