// node verify.mjs proof.json key.pem: is the entry under the signed root? proof.json is the answer to proof.graphql.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

process.on('uncaughtException', ({ message }) => {
  console.error(`Not proven: ${message}`);
  process.exit(1);
});
const check = (holds, otherwise) => {
  if (!holds) throw new Error(otherwise);
};
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const bytes = (hex, length = 32) => {
  check(/^[0-9a-f]*$/.test(hex) && hex.length === length * 2, `${hex} is no hash or signature`);
  return Buffer.from(hex, 'hex');
};

const [proofFile, keyFile] = process.argv.slice(2);
const { data, errors } = JSON.parse(readFileSync(proofFile, 'utf8'));
check(data?.ledgerRoot && data.ledgerProof, errors?.[0].message ?? 'no such entry or seal, or not sealed yet');
const { ledgerRoot: seal, ledgerProof: proof } = data;

// 1. The content is the entry's: its id is a UUID in Crockford's base 32.
const { id, hash, previousHash } = proof.entry;
const letters = [...id.slice(4)].map((letter) => '0123456789abcdefghjkmnpqrstvwxyz'.indexOf(letter));
const number = letters
  .reduce((sum, value) => sum * 32n + BigInt(value), 0n)
  .toString(16)
  .padStart(32, '0');
const uuid = number.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
check(/^ent_.{26}$/.test(id) && proof.chain[0].split(', ')[4] === `"${uuid}"`, 'the content is not this entry’s');

// 2. Each content behind the hash before it makes the next hash, from the entry's to the wallet's head.
let head = previousHash === null ? '' : bytes(previousHash);
for (const [index, content] of proof.chain.entries()) {
  head = sha256(head, content);
  check(index > 0 || head.equals(bytes(hash)), 'the entry’s content does not make its hash');
}
check(head.equals(bytes(proof.walletHead)), 'the entries do not lead to the wallet’s head');

// 3. The way from the head's leaf leads to the root.
let node = sha256(Buffer.of(0), head);
for (const { side, hash: beside } of proof.path) {
  const [left, right] = { LEFT: [bytes(beside), node], RIGHT: [node, bytes(beside)] }[side];
  node = sha256(Buffer.of(1), left, right);
}
check(node.equals(bytes(proof.root)) && proof.root === seal.root, 'the wallet’s head does not lead to the root');

// 4. The root is signed with the key.
const { space, day, root, walletCount, entryCount, sealedAt, history, keyId, signature } = seal;
const text = JSON.stringify(['seal-v1', space, day, root, walletCount, entryCount, sealedAt, history, keyId]);
const signed = verify(null, Buffer.from(text), createPublicKey(readFileSync(keyFile)), bytes(signature, 64));
check(signed, `the root is not signed with this key; it names the key ${keyId}`);
console.log(`${id} is under the root of ${space}, ${day}: ${root}`);
