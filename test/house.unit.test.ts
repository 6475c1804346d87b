// The rules of the house. Each test is one rule and names who breaks it; the reasons are in the README.
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ROOMS } from '../subgraphs/shared/config.ts';

interface Import {
  from: string;
  /** Erased when compiled: it ties nothing together at run time. */
  typeOnly: boolean;
  /** A path in the tree, or the name of a package. */
  target: string;
}

const PRODUCT = ['gateway', 'subgraphs', 'schema', 'clients', 'bench'];
const SUFFIXES = ['rules', 'saga', 'entity', 'loader', 'service', 'type', 'resolver'] as const;
type Suffix = (typeof SUFFIXES)[number];
const WIRING = ['main', 'schema', 'context', 'events', 'programme'];

const paths = (pattern: string): string[] =>
  globSync(pattern)
    .map((path) => path.replaceAll('\\', '/'))
    .toSorted();
const files = [...PRODUCT, 'test'].flatMap((folder) => paths(`${folder}/**/*.ts`));
const product = files.filter((file) => !file.startsWith('test/'));
const source = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));

const roomOf = (path: string) => ROOMS.find((room) => path.startsWith(`subgraphs/${room}/`));
const inRoom = product.filter((file) => roomOf(file) !== undefined);
const suffixOf = (path: string) => SUFFIXES.find((suffix) => path.endsWith(`.${suffix}.ts`));
const packageOf = (name: string) =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');

const FROM = /^(?:import|export)\s+(type\s)?([^'";]*?)\sfrom\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm;

function importsOf(from: string): Import[] {
  return [...source.get(from)!.matchAll(FROM)].map(([, type, names = '', static_, bare, dynamic]) => {
    const name = (static_ ?? bare ?? dynamic)!;
    const listed =
      /^\{([^}]*)\}$/
        .exec(names.trim())?.[1]
        ?.split(',')
        .filter((part) => part.trim() !== '') ?? [];
    const typeOnly =
      type !== undefined || (listed.length > 0 && listed.every((part) => part.trim().startsWith('type ')));
    const target = name.startsWith('.') ? normalize(join(dirname(from), name)).replaceAll('\\', '/') : packageOf(name);
    return { from, typeOnly, target };
  });
}

const imports = files.flatMap(importsOf);
const isPath = (target: string) => /^(gateway|subgraphs|schema|clients|bench|test)\//.test(target);
const told = (broken: Import[]) => broken.map(({ from, target }) => `${from} → ${target}`);
const containing = (pattern: RegExp, among: string[]) => among.filter((file) => pattern.test(source.get(file)!));

describe('who may import whom', () => {
  test('a subgraph never imports another', () => {
    const broken = imports.filter(({ from, target }) => {
      const [own, other] = [roomOf(from), roomOf(target)];
      return own !== undefined && other !== undefined && own !== other;
    });

    expect(told(broken)).toEqual([]);
  });

  test('a subgraph knows nothing outside but the shared room and the events', () => {
    const broken = imports.filter(
      ({ from, target }) =>
        roomOf(from) !== undefined &&
        isPath(target) &&
        roomOf(target) === undefined &&
        !target.startsWith('subgraphs/shared/') &&
        target !== 'schema/events.ts',
    );

    expect(told(broken)).toEqual([]);
  });

  test('the shared room knows no other', () => {
    const broken = imports.filter(
      ({ from, target }) =>
        from.startsWith('subgraphs/shared/') &&
        isPath(target) &&
        !target.startsWith('subgraphs/shared/') &&
        target !== 'schema/events.ts',
    );

    expect(told(broken)).toEqual([]);
  });

  test('the gateway knows the list of rooms and the shared room, and no room from inside', () => {
    const broken = imports.filter(
      ({ from, target }) =>
        from.startsWith('gateway/') &&
        target.startsWith('subgraphs/') &&
        !target.startsWith('subgraphs/shared/') &&
        target !== 'subgraphs/rooms.ts',
    );

    expect(told(broken)).toEqual([]);
  });

  test('clients know the API alone', () => {
    const broken = imports.filter(
      ({ from, target }) => from.startsWith('clients/') && isPath(target) && !target.startsWith('clients/'),
    );

    expect(told(broken)).toEqual([]);
  });

  test('the product does not import its tests', () => {
    expect(told(imports.filter(({ from, target }) => !from.startsWith('test/') && target.startsWith('test/')))).toEqual(
      [],
    );
  });

  test('two files never import each other at run time, by whatever way round', () => {
    const reached = new Map<string, string[]>();
    for (const { from, target, typeOnly } of imports) {
      if (!typeOnly && source.has(target)) reached.set(from, [...(reached.get(from) ?? []), target]);
    }
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (file: string, way: string[]): void => {
      if (way.includes(file)) cycles.push([...way.slice(way.indexOf(file)), file].join(' → '));
      if (done.has(file) || way.includes(file)) return;
      for (const next of reached.get(file) ?? []) visit(next, [...way, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);

    expect(cycles).toEqual([]);
  });
});

/** What a file with the suffix may run of its own room; types of all are free. */
const OWN: Record<Suffix, readonly Suffix[]> = {
  rules: ['rules'],
  saga: ['rules'],
  entity: ['entity', 'rules'],
  loader: ['entity', 'rules', 'loader'],
  service: ['entity', 'rules', 'saga', 'service'],
  type: ['type', 'entity', 'rules'],
  resolver: ['type', 'loader', 'service', 'rules'],
};

/** Files of the shared room that decide nothing by the outside world. */
const PURE = ['refusal', 'scalars', 'id', 'page', 'broken'].map((name) => `subgraphs/shared/${name}.ts`);
const IMPURE_PACKAGE = /^(node:.*|typeorm|type-graphql|pg|dataloader|pino|undici|jose|@apollo\/.*)$/;

describe('what a suffix promises', () => {
  test.each(SUFFIXES)('.%s.ts runs of its room only what the table allows', (suffix) => {
    const broken = imports.filter(({ from, target, typeOnly }) => {
      const other = suffixOf(target);
      if (typeOnly || suffixOf(from) !== suffix || roomOf(from) === undefined || roomOf(target) === undefined)
        return false;
      return other !== undefined && !OWN[suffix].includes(other);
    });

    expect(told(broken)).toEqual([]);
  });

  test('rules and sagas are pure: no framework, no input or output', () => {
    const broken = imports.filter(({ from, target, typeOnly }) => {
      const suffix = suffixOf(from);
      if (typeOnly || (suffix !== 'rules' && suffix !== 'saga')) return false;
      return IMPURE_PACKAGE.test(target) || (target.startsWith('subgraphs/shared/') && !PURE.includes(target));
    });

    expect(told(broken)).toEqual([]);
  });

  test('type-graphql only in .type.ts and .resolver.ts, and where the shared room builds the schema', () => {
    const broken = imports.filter(
      ({ from, target }) =>
        target === 'type-graphql' &&
        !from.startsWith('test/') &&
        !['type', 'resolver'].includes(suffixOf(from) ?? '') &&
        from !== 'subgraphs/shared/subgraph.ts',
    );

    expect(told(broken)).toEqual([]);
  });

  test('decorators of TypeORM only in .entity.ts', () => {
    const decorated = containing(
      /^\s*@(Entity|Column|PrimaryColumn|PrimaryGeneratedColumn|ManyToOne|OneToMany|OneToOne|ManyToMany)\(/m,
      product,
    );

    expect(decorated.filter((file) => suffixOf(file) !== 'entity')).toEqual([]);
  });

  test('what the API shows, and who resolves it, know no database', () => {
    const broken = imports.filter(
      ({ from, target, typeOnly }) =>
        !typeOnly && ['type', 'resolver'].includes(suffixOf(from) ?? '') && ['typeorm', 'pg'].includes(target),
    );

    expect(told(broken)).toEqual([]);
  });
});

describe('one place for each thing', () => {
  test('the environment is read in shared/config.ts', () => {
    const readers = containing(/process\s*\.\s*env|from 'node:process'/, product);

    expect(readers.filter((file) => file !== 'subgraphs/shared/config.ts')).toEqual([]);
  });

  test("rooms know no time but their space's clock()", () => {
    const sql = ROOMS.flatMap((room) => paths(`subgraphs/${room}/**/*.sql`));
    for (const file of sql) source.set(file, readFileSync(file, 'utf8'));

    expect(
      containing(
        /\bnew Date\(\)|\bDate\.now\(|\bDateTime\.(now|utc)\(\)|\bcurrent_(date|timestamp)\b|\bclock_timestamp\(/,
        [...inRoom, ...sql],
      ),
    ).toEqual([]);
    expect(containing(/(?<![\w.])now\(\)/, sql)).toEqual([]);
  });
});

describe('names', () => {
  test('files are kebab-case', () => {
    const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*\.ts$/;

    expect(files.filter((file) => !kebab.test(basename(file)))).toEqual([]);
  });

  test('a file of a room is wiring, a migration, or says by its suffix what it is', () => {
    const known = inRoom.filter((file) => {
      const name = basename(file, '.ts');
      const isMigration = /^subgraphs\/[a-z]+\/migrations\/\d{4}-[a-z-]+\.ts$/.test(file);
      return isMigration || WIRING.includes(name) || suffixOf(file) !== undefined;
    });

    expect(inRoom.filter((file) => !known.includes(file))).toEqual([]);
  });

  test('a test says its level', () => {
    const tests = files.filter((file) => file.startsWith('test/') && file.endsWith('.test.ts'));

    expect(tests.filter((file) => !/\.(unit|int|e2e)\.test\.ts$/.test(file))).toEqual([]);
  });

  test('tables are singular snake_case', () => {
    const sql = ROOMS.flatMap((room) => [
      ...paths(`subgraphs/${room}/**/*.sql`),
      ...paths(`subgraphs/${room}/migrations/*.ts`),
    ]);
    const tables = sql.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/\bcreate (?:unlogged )?table (?:if not exists )?([\w.]+)/g)].map(
        ([, table]) => [file, table!.replace(/^public\./, '')] as const,
      ),
    );

    const broken = tables.filter(
      ([, table]) => !/^[a-z][a-z0-9_]*$/.test(table) || /[^s]s$/.test(table.replace(/status$/, '')),
    );
    expect(broken.map(([file, table]) => `${file}: ${table}`)).toEqual([]);
  });
});

describe('shape', () => {
  test('no barrels', () => {
    expect(files.filter((file) => basename(file) === 'index.ts')).toEqual([]);
  });

  test('no default exports but where a tool demands one', () => {
    const exporting = containing(/^export default\b/m, files);

    expect(exporting.filter((file) => !/^test\/support\/global-(setup|teardown)\.ts$/.test(file))).toEqual([]);
  });

  test('no room for what has no home', () => {
    const named = files.filter((file) => /(^|\/)(utils?|helpers?|common|lib|core|misc)(\/|\.ts$)/.test(file));

    expect(named).toEqual([]);
  });

  test('a file of more than 250 lines owns two nouns', () => {
    expect(product.filter((file) => source.get(file)!.split('\n').length > 251)).toEqual([]);
  });

  test('each room has a README of at most 60 lines', () => {
    const lines = (room: string) => {
      const [readme] = paths(`subgraphs/${room}/README.md`);
      return readme === undefined ? null : readFileSync(readme, 'utf8').trimEnd().split('\n').length;
    };
    const broken = ROOMS.map((room) => [room, lines(room)] as const).filter(
      ([, count]) => count === null || count > 60,
    );

    expect(broken.map(([room, count]) => `${room}: ${count === null ? 'none' : `${count} lines`}`)).toEqual([]);
  });
});
