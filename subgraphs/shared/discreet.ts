// A log that says what went wrong, where, and under which reference, and nothing about anybody: of an error only what our
// own code has put there, of a path and an operation only names that the graph itself has.
import { Kind, parse, visit } from 'graphql';
import type { Logger } from 'pino';

const HIDDEN = '…';
const CAUSES_MAX = 3;
const CODE = /^[A-Z_]{1,50}$/;
/** What PostgreSQL tells about an error that is a name of ours. Its `detail`, and TypeORM's `parameters`, are values. */
const NAMES = ['code', 'constraint', 'table', 'column', 'routine', 'status', 'syscall'];

/** Values stand between double quotes, as PostgreSQL, JSON.parse and graphql-js write them. */
const unquoted = (text: string) => text.replace(/"(?:[^"\\]|\\.)*("|$)/gs, `"${HIDDEN}"`);

/** An error that a room answered with. Its message is an answer's text: the room's own log has the cause. */
function ofRoom(error: Error): Record<string, unknown> | null {
  const { serviceName: room, code } = (error as { extensions?: Record<string, unknown> }).extensions ?? {};
  return room === undefined ? null : { message: HIDDEN, room, code: CODE.test(String(code)) ? code : HIDDEN };
}

function told(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return unquoted(String(error));
  const { message, cause, stack = '' } = error;
  const names = NAMES.map((name) => [name, (error as unknown as Record<string, unknown>)[name]] as const);
  return {
    type: error.constructor.name,
    message: unquoted(message),
    ...Object.fromEntries(names.filter(([, value]) => typeof value === 'string' || typeof value === 'number')),
    ...ofRoom(error),
    // It begins with the message.
    stack: stack.slice(Math.max(0, stack.indexOf(message)) + message.length),
    ...(cause === undefined || depth === CAUSES_MAX ? {} : { cause: told(cause, depth + 1) }),
  };
}

/** The names of all fields of a schema. */
export function fieldNames(sdl: string): Set<string> {
  const names = new Set<string>();
  visit(parse(sdl, { noLocation: true }), {
    [Kind.FIELD_DEFINITION]: ({ name }: { name: { value: string } }) => void names.add(name.value),
  });
  return names;
}

/** `names`: of fields and operations, which may be told; all others are a client's. */
export function discreet(log: Logger, names: ReadonlySet<string>): Logger {
  const name = (value: unknown) => (typeof value === 'string' && !names.has(value) ? HIDDEN : value);
  const serializers = {
    err: (error: unknown) => told(error),
    cause: (cause: unknown) => told(cause),
    operationName: name,
    // A file's path is a text.
    path: (path: unknown) => (Array.isArray(path) ? path.map(name) : path),
  };
  return log.child({}, { serializers });
}
