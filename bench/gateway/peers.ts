// Other gateways, installed once into a folder of their own: they are no dependencies of this product.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../subgraphs/shared/package-root.ts';

const MANIFEST = JSON.stringify({
  private: true,
  type: 'module',
  dependencies: { '@graphql-hive/gateway': '2.15.1', '@graphql-hive/router-runtime': '1.4.23', graphql: '16.15.0' },
  overrides: { '@graphql-tools/batch-execute': '10.2.0' },
});

const folder = (): string => join(packageRoot(), 'node_modules/.cache/peers');

/** Takes a minute when it is done first. */
export function installPeers(): void {
  const mark = join(folder(), 'installed.json');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === MANIFEST) return;
  console.error('Hive Gateway is installed, once …');
  mkdirSync(folder(), { recursive: true });
  writeFileSync(join(folder(), 'package.json'), MANIFEST);
  const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel', 'error'];
  execFileSync('npm', ['install', ...options], { cwd: folder(), stdio: ['ignore', 'ignore', 'inherit'] });
  writeFileSync(mark, MANIFEST);
}

/** By default Hive shares identical queries under way to a subgraph. */
const config = (routerRuntime: boolean, sharing: boolean) => `
import { defineConfig } from '@graphql-hive/gateway';
${routerRuntime ? `import { unifiedGraphHandler } from '@graphql-hive/router-runtime';` : ''}
export const gatewayConfig = defineConfig({
  ${routerRuntime ? 'unifiedGraphHandler,' : ''}
  transportEntries: { '*.http': { options: { deduplicateInflightRequests: ${sharing} } } },
});
`;

/** Arguments of `hive.ts`, but for the supergraph. */
export function hive({ routerRuntime, sharing }: { routerRuntime: boolean; sharing: boolean }): [string, string] {
  const name = `gateway-${routerRuntime ? 'router' : 'own'}-${sharing ? 'sharing' : 'apart'}.config.js`;
  const file = join(folder(), name);
  writeFileSync(file, config(routerRuntime, sharing));
  return [join(folder(), 'node_modules/@graphql-hive/gateway/dist/bin.js'), file];
}
