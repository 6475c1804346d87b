// Where gateways are processes of their own, whichever of them is asked tells what all have measured: the process that
// started them asks each.
import cluster from 'node:cluster';
import { AggregatorRegistry, type Registry } from 'prom-client';

const ASKED = 'gateway:metrics';
/** Longer than the process that starts workers waits for one. */
const ANSWER_MS = 6_000;

interface Told {
  type: typeof ASKED;
  id: number;
  /** Undefined: not all of them have answered. */
  text?: string;
}

const isTold = (message: unknown): message is Told => (message as Partial<Told> | null)?.type === ASKED;

/** In the process that starts workers: gives the one that asks what all have measured. */
export function answerForAll(): void {
  const all = new AggregatorRegistry();
  cluster.on('message', (worker, message: unknown) => {
    if (!isTold(message)) return;
    const told = (text?: string) => {
      if (worker.isConnected()) worker.send({ ...message, text });
    };
    all.clusterMetrics().then(told, () => told());
  });
}

/** In a worker: what all workers have measured, this one by these registries. Rejects while one of them does not answer. */
export function askForAll(registries: Registry[]): () => Promise<string> {
  // It answers the process that started this one.
  const answering = new AggregatorRegistry();
  AggregatorRegistry.setRegistries([answering, ...registries]);
  let asked = 0;
  return () =>
    new Promise((resolve, reject) => {
      asked += 1;
      const id = asked;
      const settled = () => {
        clearTimeout(timer);
        process.off('message', hear);
      };
      const hear = (message: unknown) => {
        if (!isTold(message) || message.id !== id) return;
        settled();
        if (message.text === undefined) reject(new Error('a worker did not tell what it measured'));
        else resolve(message.text);
      };
      const timer = setTimeout(() => {
        settled();
        reject(new Error('nobody told what the workers have measured'));
      }, ANSWER_MS);
      process.on('message', hear);
      process.send?.({ type: ASKED, id } satisfies Told);
    });
}
