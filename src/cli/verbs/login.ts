/** `login` and `logout`: authorises a remote server in a browser, on this machine or another one. */
import { createServer, type Server as HttpServer } from 'node:http';
import { createInterface } from 'node:readline';
import process from 'node:process';
import { Command } from 'commander';
import { McptuiError } from '../../errors.ts';
import { parseUrl } from '../../url.ts';
import { withEngine, type Context } from '../context.ts';

/** Fixed, because some authorization servers compare it with what was registered. */
const PORT = 33_418;
const REDIRECT_URL = `http://127.0.0.1:${PORT}/callback`;

export function loginCommands(context: Context): readonly Command[] {
  const login = new Command('login')
    .description('authorise a remote server that asks for it (OAuth)')
    .argument('<server>')
    .option('--no-listen', 'wait for the pasted address only')
    .addHelpText('after', help)
    .action((server: string, flags: { readonly listen: boolean }) => logIn(context, server, flags.listen));
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
Opens nothing by itself: open the address it prints in any browser. On this
machine the rest follows by itself; from another one the last page cannot be
shown: copy its address and paste it here.`;

async function logIn(context: Context, server: string, listens: boolean): Promise<void> {
  await withEngine(context, async (engine) => {
    const { authorizationUrl } = await engine.commands.beginLogin(server, REDIRECT_URL);
    context.note(`open this in a browser:\n\n${authorizationUrl}\n`);
    const ended = new AbortController();
    const typed = pasted(ended.signal, listens);
    const waits = listens ? [typed, redirected(authorizationUrl, ended.signal)] : [typed];
    try {
      await engine.commands.finishLogin(server, await Promise.race(waits));
    } finally {
      ended.abort();
    }
    context.print(`logged in to ${server}`);
  });
}

/** The next line of stdin. Without one the other way is waited for, if there is one. */
function pasted(signal: AbortSignal, listens: boolean): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  signal.addEventListener('abort', () => lines.close());
  lines.setPrompt('then paste the address that it ends at: ');
  lines.prompt();
  return new Promise((resolve, reject) => {
    lines.once('line', resolve);
    lines.once('close', () => {
      if (!listens) reject(new McptuiError('invalid', 'no address was pasted'));
    });
  });
}

/**
 * Where the browser was sent: an answer to the login that was begun. Any page can make a browser send others here, so one with
 * another `state` is refused and waited past. Never resolves when the port is taken: then there is the paste.
 */
export function redirected(authorizationUrl: string, signal: AbortSignal, port: number = PORT): Promise<string> {
  const state = parseUrl(authorizationUrl)?.searchParams.get('state');
  return new Promise((resolve) => {
    const server: HttpServer = createServer((request, response) => {
      const say = (status: number, text: string): void => {
        response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
        response.end(`${text}\n`);
      };
      const url = parseUrl(request.url ?? '/', REDIRECT_URL);
      if (url === undefined) return say(400, 'not an address');
      const isAnswer = url.pathname === '/callback' && (url.searchParams.has('code') || url.searchParams.has('error'));
      if (!isAnswer) return say(404, 'nothing here');
      if (url.searchParams.get('state') !== state) return say(400, 'this is not the login that mcptui waits for');
      say(200, 'mcptui has what it needs. You can close this page.');
      resolve(url.href);
    });
    server.on('error', () => undefined);
    server.listen(port, '127.0.0.1');
    signal.addEventListener('abort', () => {
      server.close();
      server.closeAllConnections();
    });
  });
}
