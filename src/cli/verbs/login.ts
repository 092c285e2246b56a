/** Runs `login` and `logout`: authorises a remote server in a browser, on this machine or another one. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createInterface } from 'node:readline';
import process from 'node:process';
import { Command, InvalidArgumentError } from 'commander';
import { errnoOf, McptuiError, messageOf } from '../../kernel/errors.ts';
import { checkedUrl, parseUrl } from '../../kernel/url.ts';
import { timeWords } from '../../kernel/time-words.ts';
import { parseDuration } from '../duration.ts';
import type { Context } from '../context.ts';
import { withEngine } from '../with-engine.ts';

/** A person who has not come back by then has given it up. */
const DEADLINE_MS = 10 * 60_000;
const DEFAULT_REDIRECT = 'http://127.0.0.1:33418/callback';

interface LoginFlags {
  readonly listen: boolean;
  readonly redirectUri?: string;
  readonly timeout?: number;
}

export function loginCommands(context: Context): readonly Command[] {
  const login = new Command('login')
    .description('authorise a remote server that asks for it (OAuth)')
    .argument('<server>')
    .option('--no-listen', 'wait for the pasted address only')
    .option(
      '--redirect-uri <url>',
      'where the browser is sent, http://localhost:PORT/PATH; default: that of the definition',
    )
    .option('--timeout <time>', 'how long to wait (10m)', duration)
    .addHelpText('after', help)
    .action((server: string, flags: LoginFlags) => logIn(context, server, flags));
  const logout = new Command('logout')
    .description('forget what login was granted')
    .argument('<server>')
    .action(async (server: string) => {
      await withEngine(context, (engine) => engine.commands.logout(server));
      context.print(`logged out of ${server}`);
    });
  return [login, logout];
}

const help = `
Prints an address: open it in any browser. On this machine the rest follows by
itself. On another machine the last page cannot be shown: copy its address and
paste it here.`;

async function logIn(context: Context, server: string, flags: LoginFlags): Promise<void> {
  await withEngine(context, async (engine) => {
    const { authorizationUrl, redirectUrl } = await engine.commands.beginLogin(server, flags.redirectUri);
    context.note(`open this in a browser:\n\n${authorizationUrl}\n`);
    const ended = new AbortController();
    const deadlineMs = flags.timeout ?? DEADLINE_MS;
    const timer = context.clock.after(deadlineMs, () => ended.abort());
    const ways = [
      { name: 'paste', answer: pasted(ended.signal) },
      ...(flags.listen
        ? [{ name: 'page', answer: arrived(context, authorizationUrl, redirectUrl, ended.signal) }]
        : []),
    ];
    try {
      const answer = await firstAnswer(ways, ended.signal, (left) =>
        context.note(leftWords(left, redirectUrl, deadlineMs)),
      );
      if (answer === undefined) throw noAnswer(server, ended.signal.aborted, deadlineMs);
      const { endsAt } = await engine.commands.finishLogin(server, answer);
      context.print(`logged in to ${server}`);
      if (endsAt !== undefined) {
        const time = new Date(endsAt).toISOString().slice(0, 16).replace('T', ' ');
        context.note(
          `it ends at ${time} UTC: no refresh token was given; log in again then, or ask for one by --oauth-scope`,
        );
      }
    } finally {
      timer.cancel();
      ended.abort();
    }
  });
}

interface Way {
  readonly name: string;
  /** Rejects when nothing can come this way any more. */
  readonly answer: Promise<string>;
}

/** Undefined when no way is left, or the time is over. `closed` is told of each way that ends while another is left. */
export function firstAnswer(
  ways: readonly Way[],
  signal: AbortSignal,
  closed: (left: string) => void,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const open = new Set(ways.map(({ name }) => name));
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
    for (const { name, answer } of ways) {
      answer.then(resolve, () => {
        open.delete(name);
        const [left] = open;
        if (left === undefined) resolve(undefined);
        else if (!signal.aborted) closed(left);
      });
    }
  });
}

function leftWords(left: string, redirectUrl: string, deadlineMs: number): string {
  return left === 'page'
    ? `nothing can be pasted, since stdin is closed: waiting ${timeWords(deadlineMs)} for the browser at ${redirectUrl}`
    : 'paste the address of the browser’s last page';
}

function noAnswer(server: string, isLate: boolean, deadlineMs: number): McptuiError {
  return isLate
    ? new McptuiError('timeout', `nobody has logged in to ${server} within ${timeWords(deadlineMs)}`, {
        hint: `mcptui login ${server}`,
      })
    : new McptuiError('invalid', 'no address was pasted, and none can come: stdin is closed', {
        hint: `run it in a terminal, or free the port, or choose another: mcptui login ${server} --redirect-uri http://localhost:PORT/callback`,
      });
}

/** The next line of stdin. @throws McptuiError when there is none */
function pasted(signal: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  signal.addEventListener('abort', () => lines.close());
  lines.setPrompt('then paste the address of its last page: ');
  lines.prompt();
  return new Promise((resolve, reject) => {
    lines.once('line', resolve);
    lines.once('close', () => reject(new McptuiError('invalid', 'no address was pasted')));
  });
}

/** At the address of this machine that the browser is sent to; a port that is taken is told. */
async function arrived(
  context: Context,
  authorizationUrl: string,
  redirectUrl: string,
  signal: AbortSignal,
): Promise<string> {
  const { hostname, port, pathname } = checkedUrl(redirectUrl);
  try {
    return await redirected(authorizationUrl, signal, Number(port === '' ? 80 : port), pathname, hostname);
  } catch (error) {
    const why =
      errnoOf(error) === 'EADDRINUSE' ? 'is taken by another program' : `cannot be listened on: ${messageOf(error)}`;
    if (!signal.aborted) context.note(`\nport ${port} ${why}: the last page of the login cannot be shown here`);
    throw error;
  }
}

/**
 * Where the browser was sent: an answer to the login that was begun. Any page can make a browser send others here, so one with
 * another `state` is refused and waited past. @throws when the port is taken
 */
export function redirected(
  authorizationUrl: string,
  signal: AbortSignal,
  port: number,
  path = '/callback',
  hostname = '127.0.0.1',
): Promise<string> {
  const state = parseUrl(authorizationUrl)?.searchParams.get('state');
  return new Promise((resolve, reject) => {
    const answer = (request: IncomingMessage, response: ServerResponse): void => {
      const say = (status: number, text: string): void => {
        response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
        response.end(`${text}\n`);
      };
      const url = parseUrl(request.url ?? '/', DEFAULT_REDIRECT);
      if (url === undefined) return say(400, 'not an address');
      const isAnswer = url.pathname === path && (url.searchParams.has('code') || url.searchParams.has('error'));
      if (!isAnswer) return say(404, 'nothing here');
      if (url.searchParams.get('state') !== state) return say(400, 'this is not the login that mcptui waits for');
      say(200, 'mcptui has what it needs. You can close this page.');
      resolve(url.href);
    };
    // A browser takes `localhost` for either; the second is not there on every machine.
    const hosts = hostname === '127.0.0.1' ? ['127.0.0.1'] : hostname === '[::1]' ? ['::1'] : ['127.0.0.1', '::1'];
    hosts.forEach((host, index) => {
      const server = createServer(answer);
      server.on('error', (error) => {
        if (index === 0) reject(error);
      });
      server.listen(port, host);
      signal.addEventListener('abort', () => {
        server.close();
        server.closeAllConnections();
      });
    });
  });
}

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('use a time such as 30s or 5m');
  return ms;
}
