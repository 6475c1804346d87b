// The parts of a points section that are of their form, each with its place: what is wrong with others hides nothing that
// is wrong with them. A name that a broken part has, or may have, is not missed.
import type { IsBroken } from '../../shared/broken.ts';
import type { Rule } from './earning.rules.ts';
import type { PointsSection, Sections } from './programme.rules.ts';
import type { Level } from './tier.rules.ts';

/** In the points section. */
export type Path = (string | number)[];

export interface Part<T> {
  is: T;
  path: Path;
}

export interface Parts<T> {
  whole: Part<T>[];
  /** Whether one has this code, or a broken one may have it. */
  has(code: string): boolean;
}

export interface SetParts {
  code: string;
  path: Path;
  rules: Parts<Rule>;
}

type Of<Name extends keyof PointsSection> = Parts<NonNullable<PointsSection[Name]> extends (infer T)[] ? T : never>;

export interface Section {
  baseCurrency: string | undefined;
  currencies: Of<'currencies'>;
  exchangeRates: Of<'exchangeRates'>;
  conversions: Of<'conversions'>;
  campaigns: Of<'campaigns'>;
  events: Of<'events'>;
  sets: SetParts[];
  levels: Parts<Level>;
  /** Undefined where it is broken. */
  ladder: PointsSection['tiers'] | undefined;
  transfer: PointsSection['transfer'];
}

/** Of a document as its schema left it: where a part is broken, it may be anything. */
export function sectionOf({ programme, points: given }: Sections, isBroken: IsBroken): Section {
  const points = Object(given) as PointsSection;
  function partsOf<T>(list: unknown, ...path: Path): Parts<T> {
    const all = Array.isArray(list) ? (list as (T & { code?: unknown })[]) : [];
    const codes = new Set(all.map((part) => part?.code));
    const isSure = Array.isArray(list) && [...codes].every((code) => typeof code === 'string');
    return {
      whole: all
        .map((is, index) => ({ is, path: [...path, index] }))
        .filter((part) => !isBroken('points', ...part.path)),
      has: (code) => codes.has(code) || !isSure,
    };
  }
  const ofLadder = ['window', 'keep', 'currency'] as const;
  const levels: unknown = points.tiers?.levels;
  return {
    baseCurrency: programme?.baseCurrency,
    currencies: partsOf(points.currencies, 'currencies'),
    exchangeRates: partsOf(points.exchangeRates, 'exchangeRates'),
    conversions: partsOf(points.conversions, 'conversions'),
    campaigns: partsOf(points.campaigns, 'campaigns'),
    events: partsOf(points.events, 'events'),
    // A set is looked into though one of its rules is broken.
    sets: (Array.isArray(points.earning) ? points.earning : []).map((set, index) => {
      const path = ['earning', index];
      return { code: set?.code, path, rules: partsOf(set?.rules, ...path, 'rules') };
    }),
    levels: partsOf(levels, 'tiers', 'levels'),
    ladder:
      Array.isArray(levels) && !ofLadder.some((name) => isBroken('points', 'tiers', name)) ? points.tiers : undefined,
    transfer: isBroken('points', 'transfer') ? undefined : points.transfer,
  };
}
