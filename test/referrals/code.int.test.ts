// Codes: there at once, changed by their members, and each of one member however many ask at the same moment.
import { afterAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { newId } from '../../subgraphs/shared/id.ts';
import type { Viewer } from '../../subgraphs/shared/viewer.ts';
import { inSpace, member, operator } from '../support/viewer.ts';
import { enrolled, everyone, mbr, only, referralsWorld } from './world.ts';

const STRANGER = newId();
const world = await referralsWorld((request) =>
  request.query.includes('membersByIds')
    ? { membersByIds: (request.variables['ids'] as string[]).map((id) => (id === mbr(STRANGER) ? null : id)) }
    : everyone(request),
);
afterAll(() => world.close());

const staff = inSpace('sandbox', operator);
const self = (uuid: string) => inSpace('sandbox', member(uuid));

interface Changed {
  referralCode: { code: string; link: string } | null;
  replayed: boolean;
  userErrors: { code: string; field: string[] }[];
}
const change = async (viewer: Viewer, memberId: string, code: string, idempotencyKey?: string) =>
  only<Changed>(
    await world.ask(
      viewer,
      `mutation ($input: ReferralCodeChangeInput!) { referralCodeChange(input: $input) {
         referralCode { code link } replayed userErrors { code field } } }`,
      { input: { memberId: mbr(memberId), code, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) } },
    ),
  );
const rows = () => world.query<object>('select key, member_id, current from referral_code order by key', [], 'sandbox');
const refusal = (code: string, field: string) => ({
  referralCode: null,
  replayed: false,
  userErrors: [{ code, field: [field] }],
});

test('a member that no event has told of has a code and a link, the same at every look', async () => {
  const memberId = newId();

  const looks = await Promise.all(
    Array.from({ length: 20 }, () => world.entity(self(memberId), memberId, 'referralCode { code link }')),
  );

  const { code } = (looks[0] as Changed & { referralCode: { code: string } }).referralCode;
  expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/);
  expect(new Set(looks.map((look) => JSON.stringify(look)))).toEqual(
    new Set([JSON.stringify({ referralCode: { code, link: `https://loyalty.example/join?code=${code}` } })]),
  );
});

test('whoever wants a code that is another’s by chance gets one that is a letter longer', async () => {
  const tail = newId().slice(10);
  const [one, two] = [`01900000-0${tail}`, `01900000-1${tail}`];

  const codes = [await world.code(one), await world.code(two)];

  expect(codes[1]!.slice(0, 8)).toBe(codes[0]);
  expect(codes.map((code) => code.length)).toEqual([8, 9]);
});

describe('a change', () => {
  test('gives the chosen code, and the one before goes on working', async () => {
    const memberId = newId();
    const [before, referee] = [await world.code(memberId), newId()];

    const changed = await change(self(memberId), memberId, ' julia-42 ');
    await world.hear(enrolled(referee, before.toLowerCase()));

    expect(changed).toEqual({
      referralCode: { code: 'JULIA-42', link: 'https://loyalty.example/join?code=JULIA-42' },
      replayed: false,
      userErrors: [],
    });
    expect(await world.code(memberId)).toBe('JULIA-42');
    expect((await world.summary(memberId))['attributed']).toBe(1);
  });

  test('back to an earlier code is possible, in another spelling too', async () => {
    const memberId = newId();
    await change(self(memberId), memberId, 'OTTO-AND-LILLY');
    await change(self(memberId), memberId, 'SOMETHING');

    const { referralCode } = await change(self(memberId), memberId, 'OTTO-LILLY');
    const back = await change(self(memberId), memberId, 'otto-and-lilly');

    expect(referralCode!.code).toBe('OTTO-LILLY');
    expect(back.referralCode!.code).toBe('OTTO-AND-LILLY');
  });

  test.each([
    ['another’s chosen code', async () => 'TAKEN-1'],
    ['one that reads like it', async () => 'taken-I'],
    ['another’s first code', async () => world.code(newId())],
  ])('to %s is refused, and nothing changes', async (_, wanted) => {
    await change(staff, newId(), 'TAKEN-1');
    const memberId = newId();
    await world.code(memberId);
    const code = await wanted();
    const before = await rows();

    const refused = await change(self(memberId), memberId, code);

    expect(refused).toEqual(refusal('REFERRAL_CODE_TAKEN', 'code'));
    expect(await rows()).toEqual(before);
  });

  test('to what is no code is refused', async () => {
    const memberId = newId();

    expect(await change(self(memberId), memberId, 'a b')).toEqual(refusal('REFERRAL_CODE_INVALID', 'code'));
  });

  test('is possible until the member has had ten', async () => {
    const memberId = newId();
    for (let count = 2; count <= 10; count += 1) await change(self(memberId), memberId, `TENTH-${count}`);
    const before = await rows();

    const refused = await change(self(memberId), memberId, 'TENTH-11');

    expect(refused).toEqual(refusal('REFERRAL_CODES_EXHAUSTED', 'code'));
    expect(await rows()).toEqual(before);
    expect((await change(self(memberId), memberId, 'tenth-3')).referralCode!.code).toBe('TENTH-3');
  });

  test('of another’s code is refused, as is that of nobody', async () => {
    const before = await rows();

    expect(await change(self(newId()), newId(), 'MALLORY')).toEqual(refusal('MEMBER_UNKNOWN', 'memberId'));
    expect(await change(staff, STRANGER, 'MALLORY')).toEqual(refusal('MEMBER_UNKNOWN', 'memberId'));
    expect(await rows()).toEqual(before);
  });

  test('that fifty want at once is one member’s', async () => {
    const members = Array.from({ length: 50 }, newId);

    const answers = await Promise.all(members.map((memberId) => change(self(memberId), memberId, 'WANTED')));

    expect(answers.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
    expect(answers.flatMap(({ userErrors }) => userErrors.map(({ code }) => code))).toEqual(
      Array.from({ length: 49 }, () => 'REFERRAL_CODE_TAKEN'),
    );
  });

  test('of one member to twenty codes at once leaves it ten, one of them current', async () => {
    const memberId = newId();

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => change(self(memberId), memberId, `MANY-${index}`)),
    );

    const own = await world.query<{ current: boolean }>(
      'select current from referral_code where member_id = $1',
      [memberId],
      'sandbox',
    );
    expect(answers.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(9);
    expect([own.length, own.filter(({ current }) => current).length]).toEqual([10, 1]);
  });

  test('under a key is made once; another input under it is refused', async () => {
    const [memberId, key] = [newId(), randomUUID()];
    const first = await change(self(memberId), memberId, 'KEYED-1', key);

    const again = await change(self(memberId), memberId, 'KEYED-1', key);
    const other = await change(self(memberId), memberId, 'KEYED-2', key);

    expect(again).toEqual({ ...first, replayed: true });
    expect(other).toEqual(refusal('IDEMPOTENCY_KEY_REUSED', 'idempotencyKey'));
    expect(await world.code(memberId)).toBe('KEYED-1');
  });
});
