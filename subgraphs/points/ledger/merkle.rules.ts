// Merkle trees in the shape of RFC 6962: a leaf is hashed behind 0x00, a node behind 0x01, and a tree splits at the
// largest power of two below its size. Roots of aligned blocks of 2^k leaves form the same tree one storey higher.

export type Sha256 = (...parts: Uint8Array[]) => Buffer;

/** What stands beside the way up, and on which side. */
export interface ProofStep {
  side: 'LEFT' | 'RIGHT';
  hash: Buffer;
}

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** The largest power of two below a size above 1. */
const split = (size: number): number => 2 ** Math.ceil(Math.log2(size) - 1);

export function merkle(sha256: Sha256) {
  const node = (left: Buffer, right: Buffer): Buffer => sha256(NODE, left, right);

  /** A root over any number of hashes, of which it keeps one for each power of two. */
  function growing() {
    const peaks: { size: number; hash: Buffer }[] = [];
    return {
      add(hash: Buffer): void {
        let peak = { size: 1, hash };
        while (peaks.at(-1)?.size === peak.size) {
          peak = { size: peak.size * 2, hash: node(peaks.pop()!.hash, peak.hash) };
        }
        peaks.push(peak);
      },
      root: (): Buffer =>
        peaks.length === 0 ? sha256() : peaks.map(({ hash }) => hash).reduceRight((right, left) => node(left, right)),
    };
  }

  function rootOf(hashes: Iterable<Buffer>): Buffer {
    const tree = growing();
    for (const hash of hashes) tree.add(hash);
    return tree.root();
  }

  /** From the hash at `index` up to the root over all. */
  function pathOf(hashes: Buffer[], index: number): ProofStep[] {
    if (hashes.length < 2) return [];
    const [left, right] = [hashes.slice(0, split(hashes.length)), hashes.slice(split(hashes.length))];
    return index < left.length
      ? [...pathOf(left, index), { side: 'RIGHT', hash: rootOf(right) }]
      : [...pathOf(right, index - left.length), { side: 'LEFT', hash: rootOf(left) }];
  }

  return {
    leaf: (content: Uint8Array): Buffer => sha256(LEAF, content),
    growing,
    rootOf,
    pathOf,
    /** The root to which a path leads. */
    follow: (hash: Buffer, path: ProofStep[]): Buffer =>
      path.reduce((sum, step) => (step.side === 'LEFT' ? node(step.hash, sum) : node(sum, step.hash)), hash),
  };
}
