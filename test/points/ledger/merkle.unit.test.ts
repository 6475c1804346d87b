// RFC 6962, sections 2.1 and 2.1.1: the tree, and the way from a leaf to its root.
import { hash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { merkle } from '../../../subgraphs/points/ledger/merkle.rules.ts';

const { leaf, rootOf, pathOf, follow, growing } = merkle((...parts) => hash('sha256', Buffer.concat(parts), 'buffer'));

/** Leaves and roots of the tests of Certificate Transparency's own implementation. */
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const leaves = (count: number) => Array.from({ length: count }, (_, index) => leaf(Buffer.from(`head ${index}`)));

/** The definition of the RFC, as it stands there. */
function definition(hashes: Buffer[]): Buffer {
  if (hashes.length === 1) return hashes[0]!;
  let k = 1;
  while (k * 2 < hashes.length) k *= 2;
  return hash(
    'sha256',
    Buffer.concat([Buffer.of(1), definition(hashes.slice(0, k)), definition(hashes.slice(k))]),
    'buffer',
  );
}

test('the roots are those of Certificate Transparency', () => {
  const made = ROOTS.map((_, size) => rootOf(LEAVES.slice(0, size).map((hex) => leaf(Buffer.from(hex, 'hex')))));

  expect(made.map((root) => root.toString('hex'))).toEqual(ROOTS);
});

test('a streamed root is the defined one, for every size up to 300', () => {
  const all = leaves(300);
  const tree = growing();

  for (let size = 1; size <= all.length; size += 1) {
    tree.add(all[size - 1]!);

    expect(tree.root()).toEqual(definition(all.slice(0, size)));
  }
});

test('every leaf of every tree up to 65 leads to its root, by at most as many steps as the tree is high', () => {
  for (let size = 1; size <= 65; size += 1) {
    const all = leaves(size);
    const root = rootOf(all);
    all.forEach((hashed, index) => {
      const path = pathOf(all, index);

      expect(follow(hashed, path)).toEqual(root);
      expect(path.length).toBeLessThanOrEqual(Math.ceil(Math.log2(size)));
    });
  }
});

test('the way up says on which side each hash stands', () => {
  const [first, second, third] = leaves(3) as [Buffer, Buffer, Buffer];

  expect(pathOf([first, second, third], 1)).toEqual([
    { side: 'LEFT', hash: first },
    { side: 'RIGHT', hash: third },
  ]);
});

test('blocks of a power of two give the same root and the same path', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(), fc.constantFrom(1, 4, 16, 64), (size, pick, block) => {
      const all = leaves(size);
      const index = pick % size;
      const blocks = Array.from({ length: Math.ceil(size / block) }, (_, n) => all.slice(n * block, (n + 1) * block));
      const roots = blocks.map(rootOf);
      const n = Math.floor(index / block);

      expect(rootOf(roots)).toEqual(rootOf(all));
      expect([...pathOf(blocks[n]!, index % block), ...pathOf(roots, n)]).toEqual(pathOf(all, index));
    }),
  );
});

test('another leaf, another step, another side or another order leads elsewhere', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 100 }), fc.nat(), fc.nat(), (size, pick, which) => {
      const all = leaves(size);
      const index = pick % size;
      const path = pathOf(all, index);
      const at = which % path.length;
      const change = (step: object) => path.with(at, { ...path[at]!, ...step });
      const root = rootOf(all);

      expect(follow(leaf(Buffer.from('another')), path)).not.toEqual(root);
      expect(follow(all[index]!, change({ hash: leaf(Buffer.from('another')) }))).not.toEqual(root);
      expect(follow(all[index]!, change({ side: path[at]!.side === 'LEFT' ? 'RIGHT' : 'LEFT' }))).not.toEqual(root);
      expect(follow(all[index]!, path.toSpliced(at, 1))).not.toEqual(root);
    }),
  );
});
