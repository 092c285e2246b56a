/** A console on an engine in memory, for the pseudo-terminal: MCPTUI_FIXTURE says what it holds (JSON). */
import { systemClock, type Clock } from '../../src/kernel/clock.ts';
import type { Engine } from '../../src/engine/index.ts';
import { exitProcess } from '../../src/kernel/exit.ts';
import { runConsole } from '../../src/tui/app/main.tsx';
import { appendFileSync } from 'node:fs';
import { fixtureEngine, fixtureNow } from '../support/worlds/fixture-engine.ts';
import { anUpstream, manyTools } from '../support/worlds/routed-fixture.ts';
import { manyContent } from '../support/builders/many-content.ts';
import {
  manyInstances,
  manyLogLines,
  type ScreenFixture,
  sessionsFor,
  startNoise,
} from '../support/worlds/screen-fixture.ts';

const fixture = JSON.parse(process.env.MCPTUI_FIXTURE ?? '{}') as ScreenFixture;
// A frozen wall clock makes two runs show the same screen; timers go on.
const clock: Clock = fixture.frozen === true ? { ...systemClock, now: () => fixtureNow } : systemClock;
const now = clock.now();
const engine = fixtureEngine({
  now,
  ...(fixture.instances === undefined ? {} : { instances: manyInstances(fixture.instances, now) }),
  ...(fixture.hostile === undefined ? {} : fixture.hostile),
  ...(fixture.empty === true ? { instances: [], servers: [] } : {}),
  sampleEvents: fixture.events ?? 60,
  sessions: sessionsFor(fixture.sessions ?? 2, now),
  ...(fixture.tools === undefined
    ? {}
    : { upstreams: [anUpstream({ tools: fixture.tools })], routed: { catalog: [manyTools(fixture.tools)] } }),
  ...(fixture.logLines === undefined ? {} : { logs: manyLogLines(fixture.logLines, now) }),
  ...(fixture.content === undefined ? {} : { content: fixture.content }),
  ...(fixture.library === undefined ? {} : { content: manyContent(fixture.library) }),
});
const report = fixture.reportAsked;
if (report !== undefined) {
  process.on('exit', () => appendFileSync(report, engine.asked.map((line) => `${line}\n`).join('')));
}
const { heapReport } = fixture;
if (heapReport !== undefined) {
  process.on('SIGUSR2', () => {
    globalThis.gc?.();
    appendFileSync(heapReport, `${process.memoryUsage().heapUsed}\n`);
  });
}
const stopNoise = startNoise(engine, fixture, now);
const late: Engine | Promise<Engine> =
  fixture.lateMs === undefined
    ? engine
    : new Promise((resolve) => {
        setTimeout(() => resolve(engine), fixture.lateMs);
      });
if (fixture.crashMs !== undefined) {
  setTimeout(() => {
    throw new Error('a failure that nothing caught');
  }, fixture.crashMs);
}
try {
  const { outcome, signal } = await runConsole({
    engine: late,
    clock,
    hosting: fixture.hosting ?? false,
    readOnly: fixture.readOnly ?? false,
    user: 'ann',
    version: '0.1.0',
    ...(fixture.pane === undefined ? {} : { start: { pane: fixture.pane } }),
  });
  stopNoise();
  console.log(outcome === 'quit' ? 'daemon keeps running' : `outcome ${outcome}`);
  exitProcess(signal === undefined ? 0 : 143);
} catch (error) {
  stopNoise();
  console.error(error instanceof Error ? error.message : error);
  exitProcess(1);
}
