// Named points at which a process kills itself when it was started with `CRASH_AT`, so that tests see what a crash
// there leaves. Without it, and always in production, they do nothing.
let armed: string | null = null;

/** Once, at launch. */
export function armCrash(point: string | null): void {
  armed = point;
}

/** Here a crash would leave something half done. As at a power cut, nothing after it runs and nobody is told. */
export function crashPoint(name: string): void {
  if (name === armed) process.kill(process.pid, 'SIGKILL');
}
