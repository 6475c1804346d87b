import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { apply, emptyWorld, settled, type World } from './command.ts';
import { commandOf, histories, walletsOf, type Step } from './history.ts';

/** What a history comes to in the model alone; `look` sees every world. */
function imagine(steps: Step[], look: (world: World, said: string, day: number) => void): void {
  const wallets = walletsOf(2);
  let [world, day] = [emptyWorld(), 0];
  for (const step of steps) {
    if (step.do === 'wait') day += step.days;
    if (!('draws' in step)) continue;
    const commands = step.draws.map((drawn) => commandOf(drawn, world, day, wallets));
    for (const command of commands) {
      const before = Object.values(world.wallets).reduce((sum, wallet) => sum + wallet.entries.length, 0);
      const done = apply(world, command, day);
      world = done.world;
      const after = Object.values(world.wallets).reduce((sum, wallet) => sum + wallet.entries.length, 0);
      const { refusal, replayed } = done.answer;
      const said = refusal ?? (replayed ? 'replayed' : after > before ? 'done' : 'as it stands');
      look(world, `${command.op} ${said}`, day);
    }
  }
}

test('tally', () => {
  const tally: Record<string, number> = {};
  const count = (what: string) => (tally[what] = (tally[what] ?? 0) + 1);
  for (const steps of fc.sample(histories, { numRuns: 100, seed: 1 })) {
    let last: World | null = null;
    let d = 0;
    imagine(steps, (world, said, day) => { count(said); last = world; d = day; });
    for (const key of Object.keys((last as World | null)?.wallets ?? {})) {
      const w = settled(last!, key as never, d);
      for (const e of w.entries) for (const m of e.moves) count(`${e.kind} ${m.source} ${m.target}`);
      if (w.entries.some((e) => e.deficit > 0)) count('deficit wallets');
    }
  }
  console.log(Object.entries(tally).sort().map(([k, v]) => `${k}: ${v}`).join('\n'));
  expect(1).toBe(1);
});
void describe;
