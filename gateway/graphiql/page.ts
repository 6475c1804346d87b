// The built page, as the gateway gives it to browsers. It may ask no other host for anything and stand in no frame.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { extname, join } from 'node:path';
import type { Route } from '../server.ts';

/** What of the page is asked for, if anything: everything else is the graph's. */
export type Page = (request: IncomingMessage, pathname: string) => Route | undefined;

const POLICY = [
  "default-src 'self'",
  // The editor writes its colours into the page; its icons, and the lines under mistakes, lie within its style sheet.
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const COMMON = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' };
const HTML = { ...COMMON, 'content-security-policy': POLICY, 'cache-control': 'no-cache', vary: 'accept, origin' };
/** Their names have a hash of what is in them. */
const ASSET = { ...COMMON, 'cache-control': 'public, max-age=31536000, immutable' };

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
};

function file(path: string, headers: Record<string, string>): Route {
  const body = readFileSync(path);
  const type = TYPES[extname(path)] ?? 'application/octet-stream';
  return (_, response) => {
    response.writeHead(200, { 'content-type': type, 'content-length': body.length, ...headers }).end(body);
    return Promise.resolve();
  };
}

/** Held in memory: a new build may take the place of the folder while this process runs. Null when there is no page. */
export function graphiqlPage(folder: string): Page | null {
  if (!existsSync(join(folder, 'index.html'))) return null;
  const html = file(join(folder, 'index.html'), HTML);
  const assets = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name !== 'index.html' && statSync(join(folder, name)).isFile())
    .map((name) => [`/graphiql/${name.replaceAll('\\', '/')}`, file(join(folder, name), ASSET)] as const);
  const byPath = new Map<string, Route>(assets);
  return ({ method, headers }, pathname) => {
    if (method !== 'GET' && method !== 'HEAD') return undefined;
    return pathname === '/' && /\btext\/html\b/i.test(headers.accept ?? '') ? html : byPath.get(pathname);
  };
}
