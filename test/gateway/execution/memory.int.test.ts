// Memory that is used again for answers never shows one client what is another's.
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { give, take } from '../../../gateway/execution/memory.ts';
import { stringified, Written } from '../../../gateway/execution/written.ts';

let server: Server | undefined;
afterEach(() => void server?.close());

test('what was given is taken again for what fits into it, and nothing smaller', () => {
  const memory = take(10_000);
  give(memory);

  expect(take(20_000)).not.toBe(memory);
  expect(take(9_000)).toBe(memory);
});

test.each([
  [{}, '{"data":{"a":"ē"}}'],
  [{ extensions: { cost: 1 } }, '{"data":{"a":"ē"},"extensions":{"cost":1}}'],
  [{ extensions: { long: 'x'.repeat(2_000) } }, `{"data":{"a":"ē"},"extensions":{"long":"${'x'.repeat(2_000)}"}}`],
  [{ errors: [{ message: 'no' }] }, '{"errors":[{"message":"no"}],"data":{"a":"ē"}}'],
])('a body has what belongs to it: %j', (more, body) => {
  const data = new Written('{"a":"ē"}');

  expect(stringified({ ...more, data } as never)).toBe('');
  expect(data.body!.toString()).toBe(body);
});

/** As the gateway sends: released when the system has it. */
async function serve(answerOf: (url: string) => string): Promise<number> {
  server = createServer((request, response) => {
    const data = new Written(JSON.stringify(answerOf(request.url!)));
    stringified({ data } as never);
    response.once('finish', () => data.release());
    response.end(data.body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

test('answers of many clients at once, slow readers and some that leave among them, are each their own', async () => {
  const port = await serve((url) => url.repeat(40_000));
  const asked = Array.from({ length: 60 }, async (_, index) => {
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET /${index}- HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    if (index % 5 === 0) {
      await once(socket, 'data');
      return void socket.destroy();
    }
    let text = '';
    socket.on('data', (chunk) => {
      text += String(chunk);
      if (index % 3 !== 0) return;
      socket.pause();
      setTimeout(() => socket.resume(), 1);
    });
    await once(socket, 'close');
    expect(text.slice(text.indexOf('\r\n\r\n') + 4)).toBe(`{"data":"${`/${index}-`.repeat(40_000)}"}`);
  });

  expect(await Promise.all(asked)).toHaveLength(60);
});
