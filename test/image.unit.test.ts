// Where no container engine is at hand: both files parse, and every command, variable, port and file they name exists.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { readConfig, ROOMS } from '../subgraphs/shared/config.ts';

interface Service {
  image?: string;
  build?: string;
  command?: string;
  environment?: Record<string, string | number>;
  ports?: string[];
  volumes?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string };
}
const compose = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, null>;
};
const dockerfile = readFileSync('Dockerfile', 'utf8')
  .replaceAll(/\\\n/g, ' ')
  .split('\n')
  .filter((line) => line.trim() !== '' && !line.startsWith('#'));

/** The source of a built file. */
const source = (built: string) => built.replace(/^dist\//, '').replace(/\.js$/, '.ts');

describe('docker-compose.yml', () => {
  const own = Object.entries(compose.services).filter(([, service]) => service.build !== undefined);

  test('has PostgreSQL 18, each room and the gateway', () => {
    expect(Object.keys(compose.services).toSorted()).toEqual([...ROOMS, 'gateway', 'postgres'].toSorted());
    expect(compose.services['postgres']!.image).toBe('postgres:18');
  });

  test.each(own)('%s runs a file that is built, with settings that are read', (name, { command, environment }) => {
    const [program, file, ...rest] = command!.split(' ');
    const { HEALTH_PORT: health, ...settings } = environment!;
    const given = { ...settings, IDENTITY_SECRET: 'x'.repeat(32), DEMO: 'false', NODE_ENV: 'production' };
    const config = readConfig(given);

    expect(program).toBe('node');
    expect(existsSync(source(file!))).toBe(true);
    expect(rest).toEqual(name === 'gateway' ? ['--only-gateway'] : [name]);
    expect(health).toBe(name === 'gateway' ? config.port : config.roomPorts[name as (typeof ROOMS)[number]]);
    for (const room of ROOMS) expect(config.roomUrls[room]).toBe(`http://${room}:${config.roomPorts[room]}`);
    expect(new URL(config.databaseUrl!).hostname).toBe('postgres');
    const read = readFileSync('subgraphs/shared/config.ts', 'utf8');
    for (const variable of Object.keys(settings)) {
      const known = read.includes(variable) || ROOMS.some((room) => variable === `${room.toUpperCase()}_URL`);
      expect([variable, known]).toEqual([variable, true]);
    }
  });

  test('mounts only volumes that it declares, and waits for a healthy database', () => {
    for (const { volumes = [] } of Object.values(compose.services)) {
      for (const volume of volumes) expect(Object.keys(compose.volumes)).toContain(volume.split(':')[0]);
    }
    for (const [, service] of own) expect(service.depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
    expect(compose.services['postgres']!.healthcheck!.test).toContain('pg_isready');
  });
});

describe('Dockerfile', () => {
  const of = (instruction: string) =>
    dockerfile.filter((line) => line.startsWith(`${instruction} `)).map((line) => line.slice(instruction.length + 1));

  test('builds on Node 24 and runs as somebody who is not root, with a health check', () => {
    expect(of('FROM').map((from) => from.split(' ')[0])).toEqual(['node:24-slim', 'node:24-slim']);
    expect(of('USER')).toEqual(['node']);
    expect(of('HEALTHCHECK')).toHaveLength(1);
  });

  test('copies and runs what exists', () => {
    const copied = of('COPY').flatMap((copy) =>
      copy
        .split(' ')
        .filter((word) => !word.startsWith('--'))
        .slice(0, -1),
    );
    for (const path of copied.map((file) => file.replace(/^\/app\//, ''))) {
      expect([path, ['.', 'dist', 'node_modules'].includes(path) || existsSync(path)]).toEqual([path, true]);
    }
    const [, file] = JSON.parse(of('CMD')[0]!) as string[];
    expect(existsSync(source(file!))).toBe(true);
  });
});
