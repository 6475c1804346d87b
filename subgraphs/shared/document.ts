// A YAML text, read by a schema; what is wrong is said with line and column.
import { isMap, isNode, LineCounter, parseDocument, type Document, type Scalar } from 'yaml';
import type { z } from 'zod';

/** What is wrong, and where in the document. */
export interface Fault {
  path: PropertyKey[];
  message: string;
}

/** A document that cannot be used: each fault as a line, `line 3, column 5: points.tiers: …`. */
export class DocumentRefused extends Error {
  readonly faults: string[];

  constructor(faults: string[]) {
    super(`It cannot be used:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

export interface Read<T> {
  data: T;
  /** A fault that is found later, as a line with its place. */
  say(fault: Fault): string;
}

const placeOf = (lines: LineCounter, offset: number): string => {
  const { line, col } = lines.linePos(offset);
  return `line ${line}, column ${col}`;
};

/** Where the path leads, or its nearest part that is there; with a key, where that stands in the map. */
function offsetOf(document: Document, path: PropertyKey[], key?: string): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    const pair = isMap<Scalar>(node) ? node.items.find((item) => item.key.value === key) : undefined;
    if (pair?.key.range) return pair.key.range[0];
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function parsed(text: string, lines: LineCounter): { document: Document; content: unknown } {
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const { errors } = document;
  if (errors.length > 0) {
    throw new DocumentRefused(errors.map(({ pos, message }) => `${placeOf(lines, pos[0])}: ${message}`));
  }
  try {
    return { document, content: document.toJS() };
  } catch (error) {
    // More aliases than a programme can need, or one of nothing.
    throw new DocumentRefused([`${placeOf(lines, 0)}: ${(error as Error).message}`]);
  }
}

/** The part of the text that the schema describes. Throws `DocumentRefused` with every fault. */
export function readDocument<T>(text: string, schema: z.ZodType<T>): Read<T> {
  const lines = new LineCounter();
  const { document, content } = parsed(text, lines);
  const say = ({ path, message }: Fault, key?: string): string =>
    [placeOf(lines, offsetOf(document, path, key)), ...(path.length === 0 ? [] : [path.join('.')]), message].join(': ');
  const { success, data, error } = schema.safeParse(content);
  if (success) return { data, say };
  throw new DocumentRefused(
    error.issues.map((issue) => say(issue, issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined)),
  );
}
