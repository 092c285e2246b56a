/** Gathers what every verb needs: clock, paths, who asks and where output goes. */
import { userInfo } from 'node:os';
import process from 'node:process';
import { systemClock, type Clock } from '../kernel/clock.ts';
import { followed } from '../kernel/engine-pointer.ts';
import { resolvePaths, type Paths } from '../kernel/paths.ts';
import { clean } from '../text/clean.ts';
import { userHome } from '../kernel/user-home.ts';
import { fillEnvironment, readConfig, type Config } from './config/load.ts';

export interface Context {
  readonly clock: Clock;
  /** With what the file of settings says where the environment says nothing. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly paths: Paths;
  /** The file of settings as it was when the program began. */
  readonly config: Config;
  /** The system's user, for the audit log. */
  readonly user: string;
  /** Data; everything else goes to `note`. Both clean what they write: foreign text reaches no terminal raw. */
  readonly print: (text: string) => void;
  readonly note: (text: string) => void;
  readonly isTty: boolean;
  /** `--read-only` or `MCPTUI_READONLY=1`: what changes something is refused. */
  readonly access: {
    isReadOnly: boolean;
    /** Name of the key to sign with, and the file with its passphrase: of the verb that runs. */
    key?: string | undefined;
    passphraseFile?: string | undefined;
    /** How long the console holds an opened key. */
    unlockMs?: number | undefined;
  };
}

export function systemContext(): Context {
  const paths = followed(resolvePaths(process.env, userHome()));
  const config = readConfig(paths.configDir);
  fillEnvironment(process.env, config);
  return {
    clock: systemClock,
    env: process.env,
    paths,
    config,
    user: userName(),
    print: (text) => void process.stdout.write(`${printable(text)}\n`),
    note: (text) => void process.stderr.write(`${printable(text)}\n`),
    isTty: process.stdout.isTTY && process.stdin.isTTY,
    access: { isReadOnly: process.env.MCPTUI_READONLY === '1' },
  };
}

/** Lines of cleaned text. What programs read (`toJson`, `toYaml`) holds nothing that would be changed here. */
export function printable(text: string): string {
  return text.split('\n').map(clean).join('\n');
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env.USER ?? 'unknown';
  }
}
