// Versions of before there were sets of rules, read as what they would be now: one rule, and a ladder of lifetime spend.
// A purchase is pinned to its version for ever, so that what a version means never changes.
import type { Level } from './tier.rules.ts';
import type { ProgrammeDocument } from './programme.rules.ts';
import type { Rule } from './earning.rules.ts';

type Since = 'earning' | 'campaigns' | 'events' | 'tiers';

export interface FormerDocument extends Omit<ProgrammeDocument, Since> {
  earning: Pick<Rule, 'expiry' | 'pending'> & {
    rule: string;
    currency: string;
    /** For each whole unit of the base currency of the purchase's total. */
    pointsPerUnit: number;
  };
  /** Lowest first; the first began at 0. */
  tiers: { code: string; name: string; spend: string; discountPercent?: string | undefined }[];
}

const isFormer = (document: ProgrammeDocument | FormerDocument): document is FormerDocument =>
  !Array.isArray(document.earning);

function levelOf({ code, name, spend, discountPercent }: FormerDocument['tiers'][number], index: number): Level {
  const benefits = discountPercent === undefined ? [] : [{ discountPercent }];
  return { code, name, ...(index === 0 ? {} : { from: { spend } }), benefits };
}

/** A stored version as this release has it. */
export function upgraded(document: ProgrammeDocument | FormerDocument): ProgrammeDocument {
  if (!isFormer(document)) return document;
  const { rule: code, pointsPerUnit: points, ...rest } = document.earning;
  const rule: Rule = {
    code,
    ...rest,
    give: { perAmount: { points, each: '1', whole: true, amount: 'after-discount', tax: 'included' } },
  };
  return {
    ...document,
    earning: [{ code: 'earning', combine: 'sum', rounding: 'floor', roundAt: 'purchase', rules: [rule] }],
    campaigns: [],
    events: [],
    tiers: {
      window: 'lifetime',
      match: 'all',
      keep: 'window',
      downgrade: 'earned',
      returns: 'undo',
      levels: document.tiers.map(levelOf),
    },
  };
}
