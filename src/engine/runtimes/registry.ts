/** Lists the ways in which servers run: what each is called, what it takes, and how it may be away. A new one is an entry here. */
import type { AwayState } from '../../store/schema/failure.ts';
import type { RuntimeKind } from '../../store/schema/runtime-kind.ts';
import type { Source } from '../../store/schema/server.ts';
import type { Running, Runtime, Runtimes, RuntimeState } from '../ports.ts';

/** A program of its own that runs servers and may be away. */
export interface OutsideEngine {
  /** As people call it. */
  readonly label: string;
  /** Three letters, where there is little room. */
  readonly short: string;
  /** Codes of its failures begin with it. */
  readonly code: string;
  readonly steps: Readonly<Partial<Record<AwayState, string>>>;
}

export interface RuntimeEntry {
  /** What it can run. */
  readonly sources: readonly Source['kind'][];
  /** Absent: it is a part of mcptui and is always there. */
  readonly outside?: OutsideEngine;
}

export const runtimeTable: Readonly<Record<RuntimeKind, RuntimeEntry>> = {
  docker: {
    sources: ['image', 'package'],
    outside: {
      label: 'Docker',
      short: 'dkr',
      code: 'DOCKER',
      steps: {
        absent: 'install or start Docker, or set DOCKER_HOST',
        refused: 'start the Docker service',
        'not-permitted': 'add your user to the group docker, or use rootless Docker',
        'other-service': 'start the engine with DOCKER_HOST set to Docker itself',
        hung: 'look at the Docker service: it accepts connections and does not answer',
      },
    },
  },
  process: { sources: ['package', 'command'] },
  remote: { sources: ['url'] },
};

/** Every way, in the order in which they are shown. */
export const runtimeKinds = Object.keys(runtimeTable) as readonly RuntimeKind[];

/** Those that start something; the others only connect. */
export const localRuntimes = runtimeKinds.filter((kind) => !runtimeTable[kind].sources.includes('url'));

/** Whether it runs servers by a program of its own, in containers. */
export function mayBeAway(kind: RuntimeKind): boolean {
  return runtimeTable[kind].outside !== undefined;
}

/** Tells when any of them is another; what it returns ends that. */
export function onStates(runtimes: Runtimes, heard: (kind: RuntimeKind, state: RuntimeState) => void): (() => void)[] {
  return Object.values(runtimes).map((runtime: Runtime<Running>) =>
    runtime.onState((state) => heard(runtime.kind, state)),
  );
}

/** How a runtime of this engine is; one that it does not have is unused. */
export function stateOf(runtimes: Runtimes, kind: RuntimeKind): RuntimeState {
  return runtimes[kind]?.state() ?? { kind: 'unused', reason: `no ${kind} runtime in this engine` };
}

/** Lists the runtimes that can run a source of that kind; never empty. */
export function runtimesFor(source: Source['kind']): readonly RuntimeKind[] {
  return runtimeKinds.filter((kind) => runtimeTable[kind].sources.includes(source));
}
