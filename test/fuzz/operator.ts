/** An operator's API under random commands, and a console's feed that must stay readable meanwhile. */
import { request } from 'node:http';
import { systemClock } from '../../src/kernel/clock.ts';
import { commandNames } from '../../src/engine/commands/table/index.ts';
import { attachEngine } from '../../src/engine/host/client.ts';
import type { Random } from '../support/builders/random.ts';
import { jsonFrom } from './values.ts';

/** What ends the run's own things is left out. */
const commands = commandNames.filter(
  (name) => !['disconnectSession', 'removeToken', 'verifyAudit', 'shutDown'].includes(name),
);

const names = ['hostile-0', 'hostile-0-1', 'remote-0', 'default', 'prompt', 'skill', 'personality', 'p1', 'a'];

interface Reply {
  readonly status: number;
  readonly text: string;
}

/** Runs one command with random arguments; the failure it shows, if it does. */
export async function randomCommand(random: Random, socketPath: string): Promise<string | undefined> {
  const name = random.pick(commands);
  const args = Array.from({ length: random.below(4) }, () =>
    random.below(2) === 0 ? JSON.stringify(random.pick(names)) : jsonFrom(random),
  );
  const body = `[${args.join(',')}]`;
  if (body.length > 3_000_000) return undefined;
  const { status, text } = await post(socketPath, `/api/v1/commands/${name}`, body);
  return status === 500 || status === 0
    ? `${name}(${body.slice(0, 300)}) gave ${status}: ${text.slice(0, 300)}`
    : undefined;
}

function post(socketPath: string, path: string, body: string): Promise<Reply> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const call = request({ socketPath, method: 'POST', path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece.slice(0, 10_000)));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', () => resolve({ status: 0, text: 'the answer broke off' }));
    });
    // A command may wait for what never comes: a login, a probe of a server that hangs.
    call.setTimeout(30_000, () => call.destroy());
    call.on('error', (error) => resolve({ status: error.message === 'socket hang up' ? 1 : 0, text: error.message }));
    call.end(body);
  });
}

/** A console's feed; how often it was lost. */
export async function watchFeed(socketPath: string): Promise<{ readonly lost: () => number; close(): Promise<void> }> {
  const engine = await attachEngine({ socketPath, clock: systemClock, user: 'fuzz' });
  let lost = 0;
  engine.onLink((link) => {
    if (link === 'lost') lost += 1;
  });
  return { lost: () => lost, close: () => engine.close() };
}
