/** Keeps unit tests off sockets, processes and real time: what needs one of them is a test of the `wire` project. */
import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import timersPromises from 'node:timers/promises';

function refuse(what: string): () => never {
  return () => {
    throw new Error(`a unit test ${what}: move it to the wire project (vitest.config.ts), or hand in a fake`);
  };
}

net.Server.prototype.listen = refuse('listens on a socket');
net.Socket.prototype.connect = refuse('connects a socket');
for (const name of ['spawn', 'exec', 'execFile', 'fork', 'spawnSync', 'execSync', 'execFileSync'] as const)
  Object.assign(childProcess, { [name]: refuse('starts a process') });
Object.assign(timersPromises, { setTimeout: refuse('waits for real time') });
syncBuiltinESMExports();

// A timer that is only set harms nobody; one that a test waits for fires. Files share a process: it is set once.
const GUARDED = Symbol.for('mcptui.unit-guard');
if (!(GUARDED in globalThis)) {
  Object.assign(globalThis, { [GUARDED]: true });
  const { setTimeout: set } = globalThis;
  const fired = refuse('waits for real time');
  globalThis.setTimeout = Object.assign(
    (work: (...args: unknown[]) => void, delayMs = 0, ...args: unknown[]) =>
      set(delayMs > 0 ? fired : work, delayMs, ...args),
    set,
  );
}
