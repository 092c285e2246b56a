/** Marks in an instance's log where one run of its server begins and ends. */
import type { Clock } from '../../kernel/clock.ts';
import { timeWords } from '../../kernel/time-words.ts';
import type { Failure } from '../../store/schema/failure.ts';
import type { Exit, Running } from '../ports.ts';
import { failureLine, failureWords } from './failure-words.ts';
import type { LogBook } from './log-book.ts';

export interface MarkedRun {
  readonly instanceName: string;
  readonly generation: number;
  readonly server: { readonly name: string };
}

/** Begins the marks of a run; `started` is told what was started, and marks its end too. */
export function markRun(
  logs: LogBook,
  clock: Clock,
  { instanceName, generation, server }: MarkedRun,
): { readonly started: (child: Running) => void; readonly notStarted: (failure: Failure) => void } {
  const fromMs = clock.monotonicMs();
  const write = logs.writer(instanceName);
  write('start', `run ${generation} starts`);
  return {
    started: ({ exited }) =>
      void exited.then((exit) =>
        write('exit', `run ${generation} ended ${exitWords(exit)} after ${timeWords(clock.monotonicMs() - fromMs)}`),
      ),
    notStarted(failure) {
      const words = failureWords(failure, { instance: instanceName, server: server.name });
      write('exit', `run ${generation} did not start: ${failureLine(words)}`);
    },
  };
}

function exitWords({ code, signal, reason, failure }: Exit): string {
  const more = reason === undefined ? '' : ` (${reason})`;
  if (signal !== null) return `by signal ${signal}${more}`;
  if (code !== null) return `with exit code ${code}${more}`;
  if (reason !== undefined) return `(${reason})`;
  return failure === undefined ? 'without an exit code' : `(${failure.kind})`;
}
