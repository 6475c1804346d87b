// Nothing about anybody is in a log, a metric or a span, wherever a client or a room has put it, and whatever goes wrong.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { startTracing } from '../../../gateway/observability/tracing.ts';
import { keyOf } from '../fixture.ts';
import { scrape } from './scrape.ts';
import { KEY, ME, openWorld, type World } from './world.ts';

const NAME = 'Lovelace';
const EMAIL = 'ada@example.com';
const CARD = '4003123412341234';
const PHONE = '442079460018';
const VOUCHER = 'SAVE77XYZ';
const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl';
const BAD_KEY = keyOf(2).replace(/.$/, (last) => (last === 'x' ? 'y' : 'x'));
const PERSONAL = [NAME, EMAIL, 'example.com', CARD, PHONE, VOUCHER, TOKEN, KEY, BAD_KEY, 'lyl_test_'];

const spans = new InMemorySpanExporter();
let world: World;
let stop: () => Promise<void>;
beforeAll(async () => {
  stop = startTracing(new SimpleSpanProcessor(spans));
  world = await openWorld({ slowRequestMs: 0, slowPlanMs: 0 });
});
afterAll(async () => {
  await world.close();
  await stop();
});

/** Each carries them in all the places that a client can fill. */
const HEADERS = {
  'user-agent': `${NAME}/1.0 (${EMAIL})`,
  'apollographql-client-name': EMAIL,
  'apollographql-client-version': PHONE,
  'idempotency-key': VOUCHER,
  'x-forwarded-for': PHONE,
  baggage: `name=${NAME}`,
  cookie: `token=${TOKEN}`,
  referer: `https://${EMAIL}/`,
};

const DOCUMENTS: [what: string, query: string, variables?: object][] = [
  ['a value', 'query ($text: String) { me(email: $text) { id name } }', { text: EMAIL }],
  [
    'a fault of a room here',
    `query ${NAME}($text: String) { ${VOUCHER}: me { ${NAME}: broken(text: $text) } }`,
    { text: EMAIL },
  ],
  ['a fault of a room afar', `query ${NAME} { me { id card_${CARD}: shattered(text: "${CARD}") } }`],
  ['a fault of a mutation', `mutation { rename(name: "${NAME} ${EMAIL}") { id } }`],
  ['a refusal', `{ me { refused(text: "${EMAIL}") forbidden } }`],
  ['no GraphQL', `{ me { "${NAME}"`],
  ['an unknown field', `{ ${NAME} }`],
  ['a wrong variable', 'query ($text: Int) { me(email: $text) { id } }', { text: EMAIL }],
  ['a wrong argument', `{ me(email: { name: "${NAME}" }) { id } }`],
  ['a fragment', `{ me { ...${NAME} } } fragment ${NAME} on Member { ${VOUCHER}: name }`],
  ['a directive', `{ me @${NAME}(by: "${EMAIL}") { id } }`],
  ['too much', `{ ${Array.from({ length: 31 }, (_, index) => `${NAME}${index}: drink`).join(' ')} }`],
];

/** What a room that is broken may answer. */
const SPOILED = [
  `{"data":{"_entities":[{"favourite":"${NAME}"`,
  `{"data":"${EMAIL}"}`,
  `${NAME} <${EMAIL}> ${CARD}`,
  JSON.stringify({ data: null, errors: [{ message: `${CARD} of ${NAME}`, extensions: { code: 'OOPS', by: EMAIL } }] }),
];

const post = (body: string, credential: string, path = '/graphql') =>
  fetch(new URL(path, world.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${credential}`, ...HEADERS },
    body,
  });

test('whatever clients send and rooms answer', async () => {
  for (const [, query, variables] of DOCUMENTS) {
    await post(JSON.stringify({ query, variables, operationName: undefined }), KEY);
    await fetch(new URL(`/graphql?${String(new URLSearchParams({ query }))}`, world.url), { headers: HEADERS });
  }
  await post(JSON.stringify({ query: ME, operationName: NAME }), KEY);
  await post(`{"query": "${NAME}`, KEY);
  await post(JSON.stringify({ query: ME }), BAD_KEY);
  await post(JSON.stringify({ query: ME }), TOKEN);
  await post('{}', KEY, `/${NAME}?email=${EMAIL}`);
  await post('{}', KEY, `/statements/mbr_${CARD}.csv?email=${EMAIL}`);
  for (const text of SPOILED) {
    world.spoiled = text;
    await post(JSON.stringify({ query: '{ me { id favourite } }' }), KEY);
  }

  const told = [
    ...world.lines,
    await scrape(world.url),
    ...spans
      .getFinishedSpans()
      .map(({ name, attributes, events, status }) => JSON.stringify([name, attributes, events, status])),
  ];
  const telling = PERSONAL.flatMap((value) => told.filter((line) => line.includes(value)).slice(0, 2));

  expect(telling).toEqual([]);
  // It was all told, all the same.
  const messages = new Set(world.lines.map((line) => (JSON.parse(line) as { msg: string }).msg));
  expect([...messages]).toEqual(
    expect.arrayContaining([
      'a fault',
      'a resolver failed',
      'a room did not answer',
      'a request was slow',
      'a plan took long',
    ]),
  );
  expect(spans.getFinishedSpans().length).toBeGreaterThan(2 * DOCUMENTS.length);
});
