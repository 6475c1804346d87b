// The manifest of trusted documents: what the clients of `schema/contract`, the tools of `clients/` and the page of the
// gateway send, each in its exact text. A file of several operations is in it whole, and each operation by itself.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Kind, parse, print, separateOperations } from 'graphql';
import * as demo from '../gateway/demo-documents.ts';
import * as replay from '../clients/replay/documents.ts';
import { hashOf, manifestOf, type TrustedDocument } from '../gateway/documents/manifest.ts';
import * as page from '../gateway/graphiql/app/documents.ts';
import { ORIENTATION } from '../gateway/graphiql/app/journeys.ts';

/** A document's text, and who sends it. */
type Sent = readonly [client: string, text: string];

/** Each file under a folder; its client is the folder that it lies in. */
function inFolder(folder: string): Sent[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.graphql'));
  return files
    .map((file) => file.replaceAll('\\', '/'))
    .toSorted()
    .map((file) => [dirname(file), readFileSync(join(folder, file), 'utf8')]);
}

/** A document, and each of its operations with its fragments where there are several; operations must have names. */
export function documentsOf(client: string, text: string): TrustedDocument[] {
  const parsed = parse(text);
  const names = parsed.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
    if (definition.name === undefined) throw new Error(`A document of ${client} has an operation without a name.`);
    return [definition.name.value];
  });
  const trusted = (name: string, document: string) => ({ hash: hashOf(document), name, client, document });
  const whole = trusted(names.join(', '), text);
  if (names.length === 1) return [whole];
  return [whole, ...Object.entries(separateOperations(parsed)).map(([name, own]) => trusted(name, print(own)))];
}

/** The text of `trusted-documents.json`. `root` is the folder of the package. */
export function trustedManifest(root: string): string {
  const sent: Sent[] = [
    ...inFolder(join(root, 'schema', 'contract')),
    ...[...Object.values(page), ORIENTATION].map((text) => ['graphiql', text] as const),
    ...Object.values(demo).map((text) => ['demo', text] as const),
    ...Object.values(replay).map((text) => ['replay', text] as const),
    ...inFolder(join(root, 'clients', 'verify')).map(([, text]) => ['verify', text] as const),
  ];
  return manifestOf(sent.flatMap(([client, text]) => documentsOf(client, text)));
}
