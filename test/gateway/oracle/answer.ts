// What is compared of two answers: the data to the letter, and errors by code, path and message as a client reads them.
// Where a null has moved up, the specification leaves open which errors below it are told: there must be one, and
// each must be one that a schema in which nothing moves up tells too.
import { GraphQLError, type ExecutionResult, type GraphQLFormattedError } from 'graphql';
import { Written } from '../../../gateway/execution/written.ts';
import { masked } from '../../../gateway/masking.ts';
import { Refused } from '../../../subgraphs/shared/refusal.ts';
import { Forbidden } from '../../../subgraphs/shared/viewer.ts';
import { Unseen } from './play.ts';

export interface Answer {
  data?: unknown;
  errors?: readonly GraphQLFormattedError[];
}

export interface Told {
  data: string;
  /** `CODE path: message`, of errors whose own field is null. */
  errors: string[];
  /** Of errors below a null, and where that null is. */
  below: { place: string; error: string }[];
}

type Path = readonly (string | number)[];

const ASKERS = new Set(['BAD_USER_INPUT', 'UNAUTHENTICATED', 'FORBIDDEN']);

/** An error of a resolver, as a client must read it. */
function asRead(error: GraphQLError): GraphQLFormattedError {
  const cause = error.originalError ?? error;
  const own = cause instanceof Refused ? 'BAD_USER_INPUT' : error.extensions['code'];
  const code = String(cause instanceof Forbidden ? cause.code : own);
  const path = error.path === undefined ? {} : { path: error.path };
  if (ASKERS.has(code)) return { message: error.message, ...path, extensions: { code } };
  return { message: 'Internal error.', ...path, extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}

/** The field, or the place above it to which its null has moved. */
function nullAt(data: unknown, path: Path): Path {
  let value = data;
  for (let depth = 0; depth < path.length; depth += 1) {
    if (value === null || value === undefined) return path.slice(0, depth);
    value = (value as Record<string | number, unknown>)[path[depth]!];
  }
  return path;
}

const text = ({ message, path = [], extensions }: GraphQLFormattedError) =>
  `${String(extensions?.['code'])} ${path.join('.')}: ${message}`;

function told(data: unknown, json: string, errors: readonly GraphQLFormattedError[]): Told {
  const placed = errors.map((error) => {
    const path = error.path ?? [];
    const place = nullAt(data, path);
    return { isBelow: place.length < path.length, place: place.join('.'), error: text(error) };
  });
  return {
    data: json,
    errors: placed
      .filter(({ isBelow }) => !isBelow)
      .map(({ error }) => error)
      .toSorted(),
    below: placed.filter(({ isBelow }) => isBelow).map(({ place, error }) => ({ place, error })),
  };
}

export const toldBySchema = ({ data, errors = [] }: ExecutionResult): Told =>
  told(
    data,
    JSON.stringify(data),
    errors.filter(({ originalError }) => !(originalError instanceof Unseen)).map(asRead),
  );

export function toldByGateway({ data, errors = [] }: Answer): Told {
  const values: unknown = data instanceof Written ? JSON.parse(data.json) : data;
  const json = data instanceof Written ? data.json : JSON.stringify(data);
  return told(
    values,
    json,
    errors.map((error) => masked(error instanceof GraphQLError ? error.toJSON() : error)),
  );
}

const places = ({ below }: Told) => [...new Set(below.map(({ place }) => place))].toSorted();

export interface Rule {
  /** What is told where no null moves up. */
  possible(): Told;
  /** Whether a null may move up without an error. */
  hiding: boolean;
}

/** What an answer has other than it must be; null: nothing. */
export function difference(expected: Told, answer: Told, { possible, hiding }: Rule): string | null {
  if (answer.data !== expected.data) return 'data';
  if (JSON.stringify(answer.errors) !== JSON.stringify(expected.errors)) return 'errors';
  if (!hiding && JSON.stringify(places(answer)) !== JSON.stringify(places(expected))) return 'nulls without an error';
  const known = answer.below.length === 0 ? [] : possible().errors;
  return answer.below.every(({ error }) => known.includes(error)) ? null : 'errors that nothing has raised';
}
