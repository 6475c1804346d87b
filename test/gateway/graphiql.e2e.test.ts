// GraphiQL at `/`: what it may do, that each of its tabs runs against the demo's data, and that it works in a browser.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';
import { chromium, type Browser, type Page } from 'playwright-core';
import { journeys, known, ORIENTATION } from '../../gateway/graphiql/app/journeys.ts';
import { startGraph, type TestGraph } from '../support/graph.ts';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** What each tab answers, in short, on a new graph. */
const ANSWERS: Record<string, object> = {
  Me: { me: { displayName: 'Ada Example', tier: { code: 'member' } } },
  Identify: { memberByIdentifier: { status: 'ACTIVE', tier: { code: 'member' } } },
  Enrol: { memberEnroll: { existing: false, userErrors: [] } },
  Purchase: { purchaseRecord: { entries: [{ amount: 119 }], member: { tier: { code: 'bronze' } }, userErrors: [] } },
  Return: { purchaseReturn: { lines: [{ accepted: true }], member: { tier: { code: 'member' } }, userErrors: [] } },
  Statement: { me: { ledger: { nodes: [{ runningBalance: 59 }, { runningBalance: 119 }] } } },
  Offers: { me: { offers: { nodes: [{ reward: { code: 'book-evening' } }, { reward: { code: 'coffee' } }, {}, {}] } } },
  Redeem: { rewardRedeem: { redemption: { state: 'CONFIRMED', vouchers: [{ state: 'ISSUED' }] }, userErrors: [] } },
  Hold: { redemptionHold: { redemption: { state: 'HELD', pointsHeld: { amount: 5 } }, userErrors: [] } },
  Referrals: { me: { referralSummary: { attributed: 1 }, referrals: { nodes: [{ state: 'REGISTERED' }] } } },
  PartnerDesk: { partners: { nodes: [{ code: 'northside' }] } },
  Verify: { ledgerVerify: { intact: true, firstBreak: null } },
};

let folder: string;
let graph: TestGraph;
const names = journeys(new Date(), known(null));
const address = (path: string) => new URL(path, graph.url).href;
const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'loyalty-page-'));
  execFileSync(process.execPath, ['gateway/graphiql/build.mjs', folder], { stdio: 'inherit' });
  graph = await startGraph({ pageFolder: folder });
});
afterAll(async () => {
  await graph?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a tab', () => {
  const schema = buildSchema(readFileSync(join('schema', 'api.graphql'), 'utf8'), { assumeValidSDL: true });

  test.each(names)('$name is valid', ({ name, query }) => {
    const document = parse(query);

    expect(validate(schema, document)).toEqual([]);
    expect(document.definitions).toMatchObject([{ name: { value: name } }]);
  });

  test('of each kind runs as whom it is for', async () => {
    const response = await fetch(address('/demo/credentials'));
    const credentials = (await response.json()) as { name: string; credential: string }[];

    const facts = known(await graph.client(graph.keys.member.token).ask(ORIENTATION));

    for (const { name, as, query, variables } of journeys(new Date(), facts)) {
      const { credential } = credentials.find((one) => one.name === as)!;
      expect(await graph.client(credential).ask(query, variables)).toMatchObject(ANSWERS[name]!);
      await graph.settle();
    }
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(credentials.map(({ name }) => name)).toEqual([
      'member',
      ...graph.keys.tills.map(({ location }) => `till ${location}`),
      ...graph.keys.partners.map(({ code }) => `partner ${code}`),
      'operator',
    ]);
  });
});

describe('the page', () => {
  test('is for browsers and may ask nobody but its own host', async () => {
    const response = await fetch(address('/'), { headers: html });

    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'content-security-policy':
        "default-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
    });
    const page = await response.text();
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
    const [, script] = /<script[^>]* src="([^"]+)"/.exec(page)!;
    const asset = await fetch(address(script!));
    expect(asset.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });

  test('is not in the way of the graph', async () => {
    const asked = { method: 'POST', headers: { ...html, 'content-type': 'application/json' } };
    const body = JSON.stringify({ query: '{ __typename }' });

    const answers = [
      await fetch(address('/'), { ...asked, body }),
      await fetch(address('/graphql'), { ...asked, body }),
      await fetch(address('/?query={__typename}'), { headers: { 'apollo-require-preflight': '1' } }),
    ];

    for (const answer of answers) expect(await answer.json()).toEqual({ data: { __typename: 'Query' } });
  });

  test.each(['/graphiql/', '/graphiql/index.html', '/graphiql/../package.json', '/graphiql/assets/none.js'])(
    'has nothing at %s',
    async (path) => {
      const { hostname, port } = new URL(graph.url);

      const status = await new Promise((resolve, reject) => {
        httpRequest({ hostname, port, path }, (response) => resolve(response.resume().statusCode))
          .on('error', reject)
          .end();
      });

      expect(status).toBe(404);
    },
  );

  test.each([
    ['through a name that is not this machine’s', { host: 'graph.example' }],
    ['through a proxy', { 'x-forwarded-for': '127.0.0.1' }],
    ['by a page of another site', { 'sec-fetch-site': 'cross-site' }],
    ['by a page of another port', { 'sec-fetch-site': 'same-site' }],
  ])('keeps the demo’s credentials to itself when asked %s', async (_, headers) => {
    const { hostname, port } = new URL(graph.url);

    const [status, body] = await new Promise<[number | undefined, string]>((resolve, reject) => {
      httpRequest({ hostname, port, path: '/demo/credentials', headers }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += String(chunk)));
        response.on('end', () => resolve([response.statusCode, text]));
      })
        .on('error', reject)
        .end();
    });

    expect(status).toBe(403);
    expect(body).not.toContain('credential"');
    expect(body).not.toContain('lyl_');
  });

  test('is not there in production, nor are the credentials', async () => {
    const production = await startGraph({ production: true, pageFolder: folder });
    try {
      const page = await fetch(new URL('/', production.url), { headers: html });
      const credentials = await fetch(new URL('/demo/credentials', production.url));

      expect(page.headers.get('content-type')).not.toContain('text/html');
      expect(credentials.status).toBe(404);
    } finally {
      await production.close();
    }
  });
});

const found = existsSync(CHROMIUM);
const needed = process.env['CI'] === 'true';
const inBrowser = found || needed ? describe : describe.skip;

inBrowser(`in a browser${found ? '' : ` (skipped: there is no ${CHROMIUM})`}`, () => {
  let browser: Browser;
  let page: Page;
  let requested: string[];
  let complaints: string[];
  /** With SCREENSHOT=page a person can look at `page-<name>.png`. */
  const look = async (name: string) => {
    const path = process.env['SCREENSHOT'];
    if (path !== undefined) await page.screenshot({ path: `${path}-${name}.png` });
  };

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    requested = [];
    complaints = [];
    page.on('request', (request) => requested.push(request.url()));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(address('/'));
  });
  afterAll(() => browser?.close());

  const run = async () => {
    const answered = page.waitForResponse((response) => response.url() === graph.url);
    await page.getByRole('button', { name: /Execute query/ }).click();
    return answered;
  };
  const tab = (name: string) => page.getByRole('tab').getByText(name, { exact: true });
  const answer = () => page.locator('.result-window');
  const authorization = async () => (await run()).request().headers()['authorization'];

  test('each journey has a tab', async () => {
    await tab('Me').waitFor();

    expect(await page.getByRole('tab').locator('.graphiql-tab-button').allTextContents()).toEqual(
      names.map(({ name }) => name),
    );
  });

  test('the first runs as the member and shows its data', async () => {
    expect(await authorization()).toBe(`Bearer ${graph.keys.member.token}`);
    await answer().getByText('Ada Example').waitFor();
    await look('me');
  });

  test('another runs as whom it is for, until someone else is chosen', async () => {
    await tab('Verify').click();

    expect(await authorization()).toBe(`Bearer ${graph.keys.operator.key}`);

    await answer().getByText('intact').waitFor();
    await page.getByLabel('Ask as').selectOption('partner harbour');

    expect(await authorization()).toBe(`Bearer ${graph.partner('harbour').key}`);
    await answer().getByText('FORBIDDEN').waitFor();
  });

  test('one about the demo’s member has its id filled in', async () => {
    await page.getByLabel('Ask as').selectOption('');
    await tab('Redeem').click();

    const answered = await run();

    expect(answered.request().postDataJSON()).toMatchObject({
      operationName: 'Redeem',
      variables: { input: { memberId: graph.keys.member.id, rewardId: expect.stringMatching(/^rwd_\w{26}$/) } },
    });
    expect(answered.request().headers()['authorization']).toBe(`Bearer ${graph.keys.member.token}`);
    expect(answered.status()).toBe(200);
    await look('redeem');
  });

  test('a mistake is underlined', async () => {
    await tab('Me').click();
    await page.locator('.graphiql-query-editor .view-line').getByText('displayName').dblclick();
    await page.keyboard.type('nothingLikeThis');

    const underlined = page.locator('.squiggly-error').first();
    await underlined.waitFor();
    expect(await underlined.isVisible()).toBe(true);
  });

  test('no other host was asked, and nothing was complained about', () => {
    expect(requested.filter((url) => !url.startsWith(address('/')) && !/^(data|blob):/.test(url))).toEqual([]);
    expect(requested.length).toBeGreaterThan(5);
    expect(complaints).toEqual([]);
  });
});
