// Where generated code writes an answer: bytes of UTF-8, one answer after the other into the same memory. Text put together
// from thousands of pieces would cost more to flatten and encode than to write: half of the gateway's CPU was that.
// Writing is synchronous, so there is only ever one answer in here.
const INITIAL_BYTES = 256 * 1024;
/** An answer that needed more does not keep it. */
const KEPT_BYTES = 8 * 1024 * 1024;
/** Shorter pieces are written faster byte by byte than by a call. */
const SHORT = 64;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

let bytes = Buffer.allocUnsafe(INITIAL_BYTES);
let length = 0;

/** Forgets what was written before. */
export function begin(): void {
  length = 0;
}

/** What was written since `begin`: to be copied at once. */
export function written(): Buffer {
  const all = bytes.subarray(0, length);
  if (bytes.length > KEPT_BYTES) bytes = Buffer.allocUnsafe(INITIAL_BYTES);
  return all;
}

/** Room for so many bytes more. */
function reserve(more: number): void {
  if (length + more <= bytes.length) return;
  const larger = Buffer.allocUnsafe(Math.max(2 * bytes.length, length + more));
  bytes.copy(larger, 0, 0, length);
  bytes = larger;
}

/** Bytes that are JSON already. */
export function piece(part: Uint8Array): void {
  const size = part.length;
  reserve(size);
  if (size > SHORT) bytes.set(part, length);
  else for (let index = 0; index < size; index += 1) bytes[length + index] = part[index]!;
  length += size;
}

/** Text that is JSON already. */
export function raw(json: string): void {
  reserve(3 * json.length);
  length += bytes.write(json, length);
}

/** A text as a JSON string. */
export function text(value: string): void {
  const size = value.length;
  reserve(size + 2);
  let at = length;
  bytes[at] = QUOTE;
  if (size > SHORT) return raw(JSON.stringify(value));
  for (let index = 0; index < size; index += 1) {
    const code = value.charCodeAt(index);
    if (code < 0x20 || code > 0x7e || code === QUOTE || code === BACKSLASH) return raw(JSON.stringify(value));
    bytes[(at += 1)] = code;
  }
  bytes[(at += 1)] = QUOTE;
  length = at + 1;
}

/** An integer. */
export function integer(value: number): void {
  if (value >= 0 && value < 10) {
    reserve(1);
    bytes[length] = 0x30 + value;
    length += 1;
  } else raw(String(value));
}
