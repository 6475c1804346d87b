// Where a request comes from, as far as limits are concerned.
import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';

/** A household has 2^64 addresses of IPv6 and may take a new one for each request: they count as one. */
function network(address: string): string {
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - rest.length);
  return [...groups, ...Array<string>(zeros).fill('0'), ...rest]
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':');
}

/** `proxies` of ours stand before the gateway; each wrote behind `X-Forwarded-For` whom it saw. What clients wrote is not looked at. */
export function addressOf({ socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>, proxies: number): string {
  const seen = headers['x-forwarded-for'];
  const forwarded = proxies === 0 || seen === undefined ? [] : String(seen).split(',');
  const hops = [...forwarded, socket.remoteAddress ?? 'unknown'];
  const address = hops[Math.max(0, hops.length - 1 - proxies)]!.trim().replace(/^::ffff:(?=\d+\.)/i, '');
  return isIPv6(address) ? network(address) : address.slice(0, 64);
}
