// Serves a new supergraph when its file changes. The file is looked at from time to time: what mounts and replaces files
// in containers tells nobody.
import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Execution } from './execution/federated.ts';

const LOOK_MS = 2_000;

export interface SupergraphFile {
  path: string;
  /** As it is served now. */
  text: string;
  /** Documents whose plans are made before the new one is served. */
  documents: readonly { name: string; document: string }[];
}

/** Looks once: whether another supergraph is served now. One that cannot be is told once, and the old one stays. */
export function supergraphReader({ path, text, documents }: SupergraphFile, execution: Execution, log: Logger) {
  let seen = text;
  return async (): Promise<boolean> => {
    const found = await readFile(path, 'utf8');
    if (found === seen) return false;
    seen = found;
    try {
      const wrong = await execution.reload(found, documents);
      const names = wrong.map(({ name }) => name);
      if (names.length > 0) log.warn({ path, documents: names }, 'the new supergraph does not answer these documents');
    } catch (error) {
      log.error({ err: error, path }, 'the new supergraph is refused: the old one is served on');
      return false;
    }
    log.info({ path }, 'a new supergraph is served');
    return true;
  };
}

/** Until the answer is called. */
export function watchSupergraph(file: SupergraphFile, execution: Execution, log: Logger): () => void {
  const look = supergraphReader(file, execution, log);
  let next: NodeJS.Timeout | undefined;
  let told = '';
  const tell = (error: Error) => {
    // A file that is away stays away for some time.
    if (error.message !== told) log.error({ err: error, path: file.path }, 'the supergraph cannot be read');
    told = error.message;
  };
  const again = () => {
    next = setTimeout(() => {
      look()
        .then(() => void (told = ''), tell)
        .finally(again);
    }, LOOK_MS).unref();
  };
  again();
  return () => clearTimeout(next);
}
