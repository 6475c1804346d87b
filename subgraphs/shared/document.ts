// A YAML text, read by a schema; all that is wrong is said with line and column.
import {
  isMap,
  isNode,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Scalar,
} from 'yaml';
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

/** What is wrong at an offset of the text. */
interface Found {
  offset: number;
  message: string;
}

/** U+0000, and halves of a pair that stand alone: no database keeps them. */
const UNSTORABLE = /[\0\p{Surrogate}]/gu;
const UNSTORABLE_TOLD = 'a character that cannot be stored: U+0000, or half of a surrogate pair';

const TOO_DEEP = 'is nested too deeply';
/** What the parser would say in words for programmers. */
const WORDS = new Map<string, string>([
  ['MULTIPLE_DOCS', 'a second document begins here; one is expected'],
  ['NON_STRING_KEY', 'a key is a text'],
  ['RESOURCE_EXHAUSTION', TOO_DEEP],
]);

const textFaults = (text: string): Found[] =>
  [...text.matchAll(UNSTORABLE)].map(({ index }) => ({ offset: index, message: UNSTORABLE_TOLD }));

/** A tag that is not known is a warning of the parser's. */
function syntaxFaults({ errors, warnings }: Document): Found[] {
  // Each part around it is too deep as well.
  const deepest = errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  const told = deepest === undefined ? [...errors, ...warnings] : [deepest];
  return told.map(({ code, pos, message }) => ({ offset: pos[0], message: WORDS.get(code) ?? message }));
}

/** What aliases name, and what texts are once their escapes are read. */
function nodeFaults(document: Document): Found[] {
  const found: Found[] = [];
  const tell = ({ range }: Node, message: string) => found.push({ offset: range?.[0] ?? 0, message });
  const anchors = new Map<string, Node>();
  visit(document, {
    Alias(_, node, above) {
      const named = anchors.get(node.source);
      if (named === undefined) tell(node, `*${node.source}: no &${node.source} stands before it`);
      else if (above.includes(named)) tell(node, `*${node.source} stands within &${node.source}`);
    },
    Value(_, node) {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
      if (!isScalar(node) || typeof node.value !== 'string') return;
      if (node.value.search(UNSTORABLE) !== -1) tell(node, UNSTORABLE_TOLD);
    },
  });
  return found;
}

interface Parsed {
  text: string;
  lines: LineCounter;
  /** Where anything is, there is no content. */
  wrong: Found[];
  document?: Document;
  content?: unknown;
}

function parse(text: string): Parsed {
  const lines = new LineCounter();
  const options = { lineCounter: lines, prettyErrors: false, stringKeys: true, resolveKnownTags: false };
  try {
    const document = parseDocument(text, options);
    const syntax = [...textFaults(text), ...syntaxFaults(document)];
    const wrong = syntax.length > 0 ? syntax : nodeFaults(document);
    return { text, lines, wrong, document, content: wrong.length > 0 ? undefined : document.toJS() };
  } catch (error) {
    const message = error instanceof RangeError ? TOO_DEEP : 'its aliases repeat too much';
    return { text, lines, wrong: [{ offset: 0, message }] };
  }
}

/** Rooms of one process read one text, each its sections: it is parsed once. */
let latest: WeakRef<Parsed> | undefined;

function parsed(text: string): Parsed {
  const known = latest?.deref();
  if (known?.text === text) return known;
  const made = parse(text);
  latest = new WeakRef(made);
  return made;
}

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

type Keyed = Fault & { key?: string };

const isOfAnotherType = ({ code, path }: z.core.$ZodIssue): boolean =>
  path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');

/** Each thing that is wrong; of a part that may have several forms, what is wrong with the one that it has. */
function faultsIn(issue: z.core.$ZodIssue, above: PropertyKey[] = []): Keyed[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path, key, message: `Unrecognized key: "${key}"` }));
  }
  if (issue.code === 'invalid_union') {
    const [own, ...others] = issue.errors.filter((form) => !form.some(isOfAnotherType));
    if (own !== undefined && others.length === 0) return own.flatMap((one) => faultsIn(one, path));
  }
  return [{ path, message: issue.message }];
}

/** The part of the text that the schema describes. Throws `DocumentRefused` with every fault. */
export function readDocument<T>(text: string, schema: z.ZodType<T>): Read<T> {
  const { lines, document, content, wrong } = parsed(text);
  const placed = (offset: number, ...said: string[]): string => {
    const { line, col } = lines.linePos(offset);
    return [`line ${line}, column ${col}`, ...said].join(': ');
  };
  if (wrong.length > 0) throw new DocumentRefused(wrong.map(({ offset, message }) => placed(offset, message)));
  const say = ({ path, key, message }: Keyed): string =>
    placed(offsetOf(document!, path, key), ...(path.length === 0 ? [] : [path.join('.')]), message);
  const { success, data, error } = schema.safeParse(content, {
    error: ({ input }) => (input === undefined ? 'is missing' : undefined),
  });
  if (success) return { data, say };
  throw new DocumentRefused(error.issues.flatMap((issue) => faultsIn(issue)).map(say));
}
