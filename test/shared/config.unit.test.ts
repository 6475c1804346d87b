import { expect, test } from '@jest/globals';
import { readConfig } from '../../subgraphs/shared/config.ts';

const problems = (env: Record<string, string>): string => {
  try {
    readConfig(env);
  } catch (error) {
    return (error as Error).message;
  }
  return 'none';
};

test('an empty environment is enough', () => {
  const config = readConfig({});

  expect(config).toMatchObject({
    production: false,
    host: '127.0.0.1',
    port: 4000,
    spaces: ['live', 'sandbox'],
    demo: true,
    databaseUrl: null,
    roomUrls: { members: 'http://127.0.0.1:4001', points: 'http://127.0.0.1:4002', partners: 'http://127.0.0.1:4005' },
  });
});

test('an empty variable counts as absent', () => {
  expect(readConfig({ PORT: '', DATABASE_URL: '' })).toEqual(readConfig({}));
});

test('the demo is off in production unless asked for', () => {
  expect(readConfig({ NODE_ENV: 'production' }).demo).toBe(false);
  expect(readConfig({ NODE_ENV: 'production', DEMO: '1' }).demo).toBe(true);
});

test("a room's own variables override what is common", () => {
  const config = readConfig({
    POINTS_PORT: '5002',
    MEMBERS_URL: 'http://members:80',
    DATABASE_URL_POINTS: 'postgres://db/p',
  });

  expect(config.roomPorts.points).toBe(5002);
  expect(config.roomUrls).toMatchObject({ members: 'http://members:80', points: 'http://127.0.0.1:5002' });
  expect(config.roomDatabaseUrls).toEqual({ members: null, points: 'postgres://db/p', partners: null });
});

test('every wrong variable is named at once, with what is wrong', () => {
  const said = problems({ PORT: 'http', LOG_LEVEL: 'loud', MEMBERS_URL: 'members' });

  expect(said.split('\n')[0]).toBe('The environment cannot be used:');
  expect(said).toMatch(/^ {2}PORT: .*number/m);
  expect(said).toMatch(/^ {2}LOG_LEVEL: /m);
  expect(said).toMatch(/^ {2}MEMBERS_URL: /m);
});

test.each([
  ['IDENTITY_SECRET', 'short'],
  ['SPACES', 'Live Space'],
  ['SPACES', ''.padStart(60, 'a')],
  ['PORT', '65536'],
  ['DEMO', 'maybe'],
  ['MEMBER_ISSUERS', '{not json'],
  ['MEMBER_ISSUERS', '[{"issuer":"https://i","audience":"a","jwksUri":"https://i/keys","jwks":1}]'],
])('%s=%s is refused by name', (name, value) => {
  expect(problems({ [name]: value })).toContain(`  ${name}`);
});

test('a wrong value is not repeated: it may be a secret', () => {
  expect(problems({ IDENTITY_SECRET: 'hunter2' })).not.toContain('hunter2');
});
