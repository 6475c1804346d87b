// Explanations in words: short and exact, a clause for each step that applied. Names are those of the version that made it.
import type { Reason, Step, StepKind } from '../earning/facts.rules.ts';
import { WEEKDAYS, type Conditions, type Rule } from '../programme/earning.rules.ts';
import type { Told } from './en.rules.ts';
import { put } from './speech.rules.ts';
import { calledIn, conditionIn, decimalsOf, pointsIn, ruleCalled, ruleIn, type Voice } from './voice.rules.ts';

/** A step, and the points that it is of: those of one currency add up. None: it gives no points, as a price. */
export interface Said extends Step {
  currency?: string;
}

const LIMITS: readonly StepKind[] = ['rule-cap', 'budget', 'cap'];
const MULTIPLIERS: readonly StepKind[] = ['multiply', 'tier'];

/** Steps had no kind when there were only points for money, caps and returns. */
function kindOf({ kind, rule, amount = 0 }: Step): StepKind {
  if (kind !== undefined) return kind;
  if (rule === 'given-before') return rule;
  return amount < 0 ? 'cap' : 'perAmount';
}

type Capped = Pick<Rule, 'code' | 'caps'>;

/** The currency or rule whose limit it is. */
const cappedIn = ({ programme }: Voice, code: string): Capped | undefined =>
  [...programme.currencies, ...programme.earning.flatMap(({ rules }): Capped[] => rules)].find(({ caps }) =>
    caps?.some((cap) => cap.code === code),
  );

function nameOf(voice: Voice, kind: StepKind, code: string): string {
  if (kind === 'budget') return calledIn(voice, voice.programme.campaigns, code);
  if (kind === 'rule-cap') return ruleCalled(voice, cappedIn(voice, code)?.code ?? code);
  return ruleCalled(voice, code);
}

/** A value of a step in the language; a bare number is `points` or not. */
function valueIn({ speech, programme }: Voice, text: string, points: number | null): string {
  const [, amount, currency] = /^(-?\d+(?:\.\d+)?) ([A-Z]{3})$/.exec(text) ?? [];
  if (amount !== undefined) return speech.money(amount, currency!);
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return speech.day(text);
  if (/^\d{4}-\d\d-\d\dT.*Z$/.test(text)) return speech.instant(text, programme.timeZone);
  const weekday = WEEKDAYS.find((one) => one === text);
  if (weekday !== undefined) return speech.weekday(weekday);
  if (!/^-?\d+(\.\d+)?$/.test(text)) return text;
  return points === null ? speech.number(text) : speech.amount(text, points);
}

function told(
  voice: Voice,
  kind: StepKind,
  { rule, required = '', actual = '', amount = 0 }: Step,
  decimals: number,
): Told {
  const limit = LIMITS.includes(kind);
  const per = limit ? cappedIn(voice, rule)?.caps?.find(({ code }) => code === rule)?.per : undefined;
  return {
    amount: voice.speech.amount(amount, decimals),
    name: nameOf(voice, kind, rule),
    required: valueIn(voice, required, limit ? decimals : null) + (per === undefined ? '' : ` ${voice.words.per[per]}`),
    actual:
      limit && actual === '0' ? '' : valueIn(voice, actual, limit || MULTIPLIERS.includes(kind) ? decimals : null),
  };
}

const isCondition = (voice: Voice, reason: Reason): reason is Reason & keyof Conditions =>
  reason in voice.words.conditions;

/** What a condition requires stands in the rule itself. */
function reasonIn(voice: Voice, reason: Reason, rule: Rule | undefined): string {
  if (!isCondition(voice, reason)) return voice.words.reasons[reason];
  const asked = rule?.when?.[reason];
  return asked === undefined ? voice.words.conditions[reason].replace(/:$/, '') : conditionIn(voice, reason, asked);
}

/** Why a whole purchase or event gives no points. */
const ofWhole = (reason: Reason | undefined): boolean =>
  reason === 'blocked' || reason === 'late' || reason === 'cooldown' || reason === 'most';

/** Reasons that name the rule that came before, and what this one would have given. */
const BEATEN: readonly Reason[] = ['group', 'best', 'first'];

function whyNot(voice: Voice, { rule: code, reason, required = '', actual = '' }: Step): string {
  if (reason === undefined) return '';
  const { words, programme } = voice;
  const rule = ruleIn(voice, code);
  const why = reasonIn(voice, reason, rule);
  if (BEATEN.includes(reason)) {
    const own = valueIn(voice, actual, decimalsOf(voice, rule?.currency ?? ''));
    return `${why}${put(' – ', ruleCalled(voice, required))}${put(`; ${words.own} `, own)}`;
  }
  // The number that was drawn says nothing to anyone.
  if (reason === 'not-drawn') return why;
  const was = reason === 'tiers' ? calledIn(voice, programme.tiers.levels, actual) : valueIn(voice, actual, null);
  return `${why}${put(`; ${words.actual} `, was)}`;
}

/** What gave nothing: a rule, a kind of event, or the purchase as a whole. */
const refusedIn = (voice: Voice, kind: StepKind, { rule, reason }: Step): string =>
  rule === 'purchase' && ofWhole(reason) ? voice.words.none : nameOf(voice, kind, rule);

/** A step in words: `139 for £139.12 (One point per pound)`, `Double tea: only on Tuesday; it was Monday`. */
export function stepIn(voice: Voice, step: Said): string {
  const kind = kindOf(step);
  if (!step.applied) return `${refusedIn(voice, kind, step)}${put(': ', whyNot(voice, step))}`;
  return voice.words.steps[kind](told(voice, kind, step, decimalsOf(voice, step.currency ?? '')));
}

function partIn(voice: Voice, currency: string | undefined, steps: Said[]): string {
  const clauses = steps.map((step) => stepIn(voice, step)).join('; ');
  if (currency === undefined) return clauses;
  const total = steps.reduce((sum, { amount = 0 }) => sum + amount, 0);
  return `${pointsIn(voice, total, currency)}: ${clauses}`;
}

/** What was given and why: `89 points: 139 for £139.12 (One point per pound); -50 by the limit of 500 a day, …`; `no points: …`. */
export function summaryIn(voice: Voice, steps: Said[]): string {
  const whole = steps.filter(({ applied, reason }) => !applied && ofWhole(reason));
  const parts = Map.groupBy(
    steps.filter(({ applied }) => applied),
    ({ currency }) => currency,
  );
  const said = [
    // Without what there was: it tells what the member did elsewhere.
    ...whole.map((step) => stepIn(voice, { ...step, actual: '' })),
    ...[...parts].map(([currency, own]) => partIn(voice, currency, own)),
  ];
  return said.length === 0 ? voice.words.nothing : said.join('. ');
}
