// One of the five schemas as a process of its own: plain HTTP for anyone, so that peers need no signed identity.
import { ROOMS } from '../../subgraphs/shared/config.ts';
import type { GraphRequest } from '../../subgraphs/shared/execution.ts';
import { servePlain } from './plain.ts';
import { announce } from './process.ts';
import { roomInMemory } from './schemas.ts';

const execute = roomInMemory(ROOMS.find((room) => room === process.argv[2])!);
const url = await servePlain(async (body) => {
  const request = JSON.parse(body.toString()) as GraphRequest;
  return JSON.stringify(await execute(request, { requestId: 'bench' }));
});
announce({ url });
