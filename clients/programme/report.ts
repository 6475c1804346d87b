// What the command line says, line by line.
import type { Applied, Plan, UserError } from './documents.ts';

const MESSAGE_MAX = 200;

/** On one line, and nothing that a terminal obeys. */
const shown = (text: string): string =>
  text.replaceAll(/\p{C}/gu, (sign) => `\\u{${sign.codePointAt(0)!.toString(16)}}`);

const cut = (text: string): string => (text.length > MESSAGE_MAX ? `${text.slice(0, MESSAGE_MAX - 1)}…` : text);

/** `FILE:3:5: message` where a fault says its place, as editors read it. */
export function faultLine(file: string, { code, message }: UserError): string {
  const [, line, column, fault] = /^line (\d+), column (\d+): ([^]*)$/.exec(message) ?? [];
  return line === undefined ? `${code}: ${cut(shown(message))}` : `${file}:${line}:${column}: ${cut(shown(fault!))}`;
}

export function planLines({ version, changes, tierMoves }: Plan): string[] {
  const change = ({ path, before, after }: Plan['changes'][number]): string => {
    if (before === null) return shown(`+ ${path}: ${after}`);
    return shown(after === null ? `- ${path}: ${before}` : `~ ${path}: ${before} → ${after}`);
  };
  const move = ({ from, to, members }: Plan['tierMoves'][number]): string =>
    `  ${members} from ${from.code} to ${to.code}`;
  return [
    changes.length === 0 ? 'Nothing changes.' : `It would become version ${version}:`,
    ...changes.map(change),
    tierMoves.length === 0 ? 'No member changes tier.' : 'Members who change tier:',
    ...tierMoves.map(move),
  ];
}

export function appliedLine({
  version,
  state,
  awaits,
  effectiveAt,
  rollbackOf,
}: NonNullable<Applied['programme']>): string {
  const what = rollbackOf === null ? `Version ${version}` : `Version ${version}, with the document of ${rollbackOf},`;
  if (state === 'PENDING') return `${what} waits for ${awaits.join(', ')}, and is in force when they have taken it.`;
  if (state === 'SCHEDULED') return `${what} takes effect at ${effectiveAt}.`;
  return `${what} is in force.`;
}
