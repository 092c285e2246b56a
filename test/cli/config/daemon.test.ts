import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Context } from '../../../src/cli/context.ts';
import { followSettings } from '../../../src/cli/config/daemon.ts';
import { readConfig } from '../../../src/cli/config/load.ts';
import { FakeClock } from '../../support/fakes/fake-clock.ts';
import { until } from '../../support/until.ts';

let folder: string;
let clock: FakeClock;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mcptui-config-'));
  clock = new FakeClock();
  said = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (text: string): void => writeFileSync(path.join(folder, 'config.yaml'), text);

function follow(env: Record<string, string> = {}): { readonly logger: { level: string }; readonly end: () => void } {
  const tell = (_facts: object, message: string): void => void said.push(message.replaceAll(`${folder}/`, ''));
  const logger = { level: 'info', debug: tell, info: tell, warn: tell, error: tell };
  const context = { clock, env, config: readConfig(folder) } as unknown as Context;
  return { logger, end: followSettings(context, logger) };
}

/** Looks at the file as often as it takes. */
const heard = (count: number): Promise<void> =>
  until(async () => {
    await clock.advance(1_000);
    return said.length >= count;
  }, `${count} lines of the log`);

describe('followSettings', () => {
  it('changes the level of the log at once, and says what waits', async () => {
    const { logger, end } = follow();
    write('daemon:\n  logLevel: debug\n  listen: 7777\n');
    await heard(1);
    expect(logger.level).toBe('debug');
    expect(said).toEqual(['settings read again: the log tells debug; from the next start on: daemon.listen']);
    end();
  });

  it('keeps what it has where the file has a fault, and says where', async () => {
    write('daemon:\n  logLevel: debug\n');
    const { logger, end } = follow({ MCPTUI_LOG_LEVEL: 'debug', MCPTUI_FROM_FILE: 'MCPTUI_LOG_LEVEL' });
    write('daemon:\n  logLevel: loud\n');
    await heard(1);
    expect(logger.level).toBe('info');
    expect(said[0]).toMatch(
      /^settings: config\.yaml:2:3: daemon\.logLevel: "loud" is none of .*: the settings before it stay$/,
    );
    write('daemon:\n  logLevel: warn\n');
    await heard(2);
    expect(logger.level).toBe('warn');
    end();
  });

  it('leaves the level to the environment where that names one', async () => {
    const { logger, end } = follow({ MCPTUI_LOG_LEVEL: 'info' });
    write('daemon:\n  logLevel: debug\n');
    await heard(1);
    expect(logger.level).toBe('info');
    end();
  });
});
