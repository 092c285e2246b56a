/** Runs a program that prints a secret: without a shell, for so long and so much and no more, and with all that it started ended. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Clock } from '../../../kernel/clock.ts';
import { errnoOf } from '../../../kernel/errors.ts';
import { cutText } from '../../../kernel/foreign.ts';
import type { Resolution } from '../secret-source.ts';
import { trouble } from './bao-http.ts';

/** Of what it prints; a secret has 64 KiB at most. */
const MAX_BYTES = 256 * 1024;
/** Of what it says on stderr. */
const MAX_WORDS = 200;
const MAX_STDERR_BYTES = 16 * 1024;

export interface CommandRun {
  readonly argv: readonly string[];
  readonly timeoutMs: number;
  readonly clock: Pick<Clock, 'after'>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What it has printed, as it is. Never rejects. */
export function runCommand({ argv, timeoutMs, clock, env }: CommandRun): Promise<Resolution> {
  const [file = '', ...args] = argv;
  return new Promise((resolve) => {
    const out: Buffer[] = [];
    let bytes = 0;
    let words = '';
    let child: ChildProcess;
    const ended = (resolution: Resolution): void => {
      timer.cancel();
      resolve(resolution);
    };
    const cutOff = (resolution: Resolution): void => {
      endAll(child);
      ended(resolution);
    };
    const timer = clock.after(
      timeoutMs,
      () => cutOff(trouble('timeout', `${file} printed nothing within ${timeoutMs / 1_000} s`)),
      { unref: true },
    );
    try {
      // A group of its own: a deadline ends what it started, too. Nothing can be asked of a person there.
      child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    } catch (error) {
      timer.cancel();
      return resolve(trouble('program', `${file} cannot be run: ${errnoOf(error) ?? 'its arguments are none'}`));
    }
    child.on('error', (error) => ended(trouble('program', `${file} cannot be run: ${errnoOf(error) ?? error.name}`)));
    child.stdout
      ?.on('error', () => undefined)
      .on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > MAX_BYTES) cutOff(trouble('answer', `${file} printed over 256 KiB`));
        else out.push(part);
      });
    child.stderr
      ?.on('error', () => undefined)
      .on('data', (part: Buffer) => {
        if (words.length < MAX_STDERR_BYTES) words += part.toString('utf8');
      });
    child.on('close', (code, signal) => {
      if (code === 0) return ended({ ok: true, value: Buffer.concat(out).toString('utf8') });
      const how = signal === null ? `exit code ${code}` : `killed by ${signal}`;
      // Who has printed something may have said it on stderr as well.
      const said = bytes === 0 ? lastLine(words) : '';
      ended(trouble('exit', `${file}: ${how}${said === '' ? '' : `: ${said}`}`));
    });
  });
}

function lastLine(words: string): string {
  const lines = words.split('\n').filter((line) => line.trim() !== '');
  return cutText((lines.at(-1) ?? '').trim(), MAX_WORDS);
}

function endAll(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // All of it is gone.
  }
}
