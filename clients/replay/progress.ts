// How far it is: a bar on a terminal, a line every few seconds elsewhere.
import { Presets, SingleBar } from 'cli-progress';

const LINE_EVERY = 5_000;

export interface Progress {
  step(by?: number): void;
  done(): void;
}

export function progress(label: string, unit: string, total: number, before = 0): Progress {
  return process.stderr.isTTY ? bar(label, unit, total, before) : lines(label, unit, total, before);
}

function bar(label: string, unit: string, total: number, before: number): Progress {
  const shown = new SingleBar(
    {
      format: `${label} {bar} {percentage} % | {value} of {total} ${unit} | {rate}/s | {eta_formatted} left`,
      etaBuffer: 200,
      hideCursor: true,
      stream: process.stderr,
    },
    Presets.shades_classic,
  );
  const rate = rateFrom(Date.now());
  let value = before;
  shown.start(total, before, { rate: 0 });
  return {
    step(by = 1) {
      value += by;
      shown.update(value, { rate: rate(value - before) });
    },
    done() {
      shown.stop();
    },
  };
}

function lines(label: string, unit: string, total: number, before: number): Progress {
  const started = Date.now();
  const rate = rateFrom(started);
  let value = before;
  let shownAt = started;
  const show = () => {
    const perSecond = rate(value - before);
    const left = perSecond > 0 ? `, ${Math.ceil((total - value) / perSecond)} s left` : '';
    process.stderr.write(`${label}: ${value} of ${total} ${unit}, ${perSecond}/s${left}\n`);
  };
  return {
    step(by = 1) {
      value += by;
      if (Date.now() - shownAt < LINE_EVERY) return;
      shownAt = Date.now();
      show();
    },
    done: show,
  };
}

const rateFrom = (started: number) => (steps: number) => Math.round((steps * 1000) / Math.max(1, Date.now() - started));
