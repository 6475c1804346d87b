// Memory of answers, used again when they are sent. New memory for each answer lies outside of the heap, and makes the
// engine collect all of the heap several times a second: that was a third of the gateway's CPU.
const SMALLEST = 4 * 1024;
/** A larger answer has memory of its own. */
const LARGEST = 4 * 1024 * 1024;
/** Of each size. */
const KEPT = 64;

const free = new Map<number, Buffer[]>();

/** At least so many bytes, with anything in them. */
export function take(size: number): Buffer {
  let room = SMALLEST;
  while (room < size) room *= 2;
  return free.get(room)?.pop() ?? Buffer.allocUnsafeSlow(room);
}

/** Only what nobody reads or writes any more. */
export function give(memory: Buffer): void {
  const { length } = memory;
  if (length > LARGEST) return;
  const kept = free.get(length) ?? [];
  free.set(length, kept);
  if (kept.length < KEPT) kept.push(memory);
}
