// Two workers that have counted 1 and 2; the second is asked what all have. Prints the answer.
import cluster from 'node:cluster';
import { Counter, Registry } from 'prom-client';
import { answerForAll, askForAll } from '../../../gateway/observability/all-workers.ts';

if (cluster.isPrimary) {
  answerForAll();
  const first = cluster.fork();
  first.once('message', () => cluster.fork().once('disconnect', () => first.kill()));
} else {
  const { id } = cluster.worker!;
  const registry = new Registry();
  const count = new Counter({ name: 'counted_total', help: 'c', labelNames: ['by'], registers: [registry] });
  count.inc({ by: 'each' }, id);
  count.inc({ by: `worker ${id}` }, id);
  const ask = askForAll([registry]);
  if (id === 1) process.send?.({ url: 'open' });
  else {
    const texts = await Promise.all([ask(), ask()]);
    console.log(JSON.stringify(texts));
    process.disconnect();
  }
}
