/** Reads time that no one can set: since the machine was started, and which start that was. It goes on while nothing of ours runs. */
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

export interface BootInstant {
  /** Names this run of the machine. */
  readonly boot: string;
  /** Milliseconds since it began. */
  readonly atMs: number;
}

export interface BootClock {
  /** Undefined where the system does not tell. */
  now(): BootInstant | undefined;
}

let boot: string | undefined;

export const systemBootClock: BootClock = {
  now() {
    boot ??= bootId();
    return boot === '' ? undefined : { boot, atMs: Math.round(uptime() * 1000) };
  },
};

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim().slice(0, 64);
  } catch {
    return '';
  }
}
