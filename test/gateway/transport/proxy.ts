// A proxy before a room that spoils its answers. The room hears every request.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** What a client must never read, in what the proxy writes. */
export const SECRET = 'select secret at postgres://10.9.8.7';

const answer = (status: string, contentType: string, body: string) =>
  `HTTP/1.1 ${status}\r\ncontent-type: ${contentType}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

const DATA = JSON.stringify({ data: { drink: SECRET, serve: SECRET, _entities: [{ favourite: SECRET }] } });

export const NEVER = 'an answer that never comes';

/** What becomes of an answer on its way to the asker. */
const FAULTS = {
  none: (asker: Socket, text: Buffer) => void asker.write(text),
  [NEVER]: () => undefined,
  'a reset before the answer': (asker: Socket) => void asker.resetAndDestroy(),
  'an end before the answer': (asker: Socket) => void asker.end(),
  'a reset within the answer': (asker: Socket, text: Buffer) =>
    void asker.write(text.subarray(0, -5), () => setTimeout(() => asker.resetAndDestroy(), 20)),
  'half an answer': (asker: Socket, text: Buffer) => void asker.end(text.subarray(0, -5)),
  garbage: (asker: Socket) => void asker.write(`${SECRET}\r\n\r\n`),
  'a status of 500': (asker: Socket) => void asker.write(answer('500 Oops', 'application/json', `{"e":"${SECRET}"}`)),
  'data that says it is a page': (asker: Socket) => void asker.write(answer('200 OK', 'text/html', DATA)),
  'JSON that is no answer': (asker: Socket) => void asker.write(answer('200 OK', 'application/json', '{}')),
  'JSON that is half': (asker: Socket) => void asker.write(answer('200 OK', 'application/json', '{"data":{"a"')),
};

export type Fault = keyof typeof FAULTS;
export const ALL_FAULTS = (Object.keys(FAULTS) as Fault[]).filter((fault) => fault !== 'none');

export interface Proxy {
  url: string;
  /** Of the next answers, first to last; afterwards there is none. `always` goes before. */
  next: Fault[];
  always: Fault;
  /** Connections on which an asker waits. */
  waiting: Set<Socket>;
  close(): Promise<void>;
}

export async function startProxy(port: number): Promise<Proxy> {
  const open = new Set<Socket>();
  const waiting = new Set<Socket>();
  const server = createServer((asker) => {
    open.add(asker);
    const room = connect(port, '127.0.0.1');
    asker.on('data', (text) => {
      waiting.add(asker);
      room.write(text);
    });
    asker.on('error', () => undefined);
    room.on('error', () => asker.destroy());
    asker.on('close', () => {
      open.delete(asker);
      waiting.delete(asker);
      room.destroy();
    });
    room.on('close', () => asker.destroySoon());
    room.on('data', (text) => {
      const fault = proxy.always === 'none' ? (proxy.next.shift() ?? 'none') : proxy.always;
      if (fault !== NEVER) waiting.delete(asker);
      FAULTS[fault](asker, text);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const proxy: Proxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    next: [],
    always: 'none',
    waiting,
    async close() {
      const closed = new Promise((resolve) => {
        server.close(resolve);
      });
      for (const asker of open) asker.destroy();
      await closed;
    },
  };
  return proxy;
}
