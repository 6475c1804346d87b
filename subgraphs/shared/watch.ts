// Keeps the embedded PostgreSQL running under a process that uses it: who kills the server makes its users wait, no more.
import pg from 'pg';
import type { Logger } from 'pino';

/**
 * Has a dead server started again, until it is told to stop. A connection that is kept open tells of the death at once.
 * A process whose server does not come back ends: starting it again is what heals it.
 */
export function keepRunning(url: string, again: () => Promise<void>, log?: Logger): () => Promise<void> {
  const over = new AbortController();
  const watch = async () => {
    for (;;) {
      if (!over.signal.aborted) await lifetime(url, over.signal);
      if (over.signal.aborted) return;
      await again();
    }
  };
  const watching = watch().catch((error: unknown) => {
    if (over.signal.aborted) return;
    log?.fatal({ err: error }, 'PostgreSQL does not come back');
    process.exit(1);
  });
  return async () => {
    over.abort();
    await watching;
  };
}

/** Resolves when the server is gone, or was not there, or when nobody asks any more. */
async function lifetime(url: string, over: AbortSignal): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'loyalty-watch' });
  client.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => {
    client.once('end', resolve);
    over.addEventListener('abort', () => resolve(), { once: true });
  });
  try {
    await client.connect();
    await ended;
  } catch {
    // Not there: as if it had just died.
  } finally {
    await client.end().catch(() => undefined);
  }
}
