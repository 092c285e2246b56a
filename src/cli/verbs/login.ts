/** `login` and `logout`: authorises a remote server in a browser, on this machine or another one. */
import { createServer, type Server as HttpServer } from 'node:http';
import { createInterface } from 'node:readline';
import process from 'node:process';
import { Command } from 'commander';
import { McptuiError } from '../../errors.ts';
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
    const waits = listens ? [typed, redirected(ended.signal)] : [typed];
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

/** Never resolves when the port is taken: then there is the paste. */
function redirected(signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const server: HttpServer = createServer((request, response) => {
      const url = new URL(request.url ?? '/', REDIRECT_URL);
      const isAnswer = url.pathname === '/callback' && (url.searchParams.has('code') || url.searchParams.has('error'));
      response.writeHead(isAnswer ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
      response.end(isAnswer ? 'mcptui has what it needs. You can close this page.\n' : 'nothing here\n');
      if (isAnswer) resolve(url.href);
    });
    server.on('error', () => undefined);
    server.listen(PORT, '127.0.0.1');
    signal.addEventListener('abort', () => {
      server.close();
      server.closeAllConnections();
    });
  });
}
