// Surprises: a number for each member, rule and occasion, drawn from a seed that is stored. So a quote and the recording
// that follows draw alike, nobody without the seed can foresee it, and who has it can draw again.
import { createHmac } from 'node:crypto';
import type { Sql } from '../../shared/database.ts';

const BITS = 64n;
const DIGITS = 9;

/** A decimal from 0, below 1, with 9 digits. `number`: which of the member's purchases or events it is. */
export function draw(seed: Buffer, memberId: string, rule: string, number: number): string {
  const mac = createHmac('sha256', seed).update(`${memberId} ${rule} ${number}`).digest();
  const digits = (mac.readBigUInt64BE() * 10n ** BigInt(DIGITS)) >> BITS;
  return `0.${String(digits).padStart(DIGITS, '0')}`;
}

/** Draws of rules, of a member's nth purchase or event. Without rules nothing is read. */
export async function drawsOf(
  sql: Sql,
  rules: string[],
): Promise<(memberId: string, number: number) => Record<string, string>> {
  if (rules.length === 0) return () => ({});
  const [row] = await sql.query<{ seed: Buffer }[]>('select seed from surprise_seed order by id desc limit 1');
  return (memberId, number) => Object.fromEntries(rules.map((rule) => [rule, draw(row!.seed, memberId, rule, number)]));
}
