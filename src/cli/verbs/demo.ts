/** Runs `mcptui demo` (`npm start`): real servers on a data folder of its own, one of them honestly refusing to start. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { sleep } from '../../kernel/clock.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { Engine, InstanceView, ServerDraft } from '../../engine/index.ts';
import { resolvePaths } from '../../kernel/paths.ts';
import { instanceColumns } from '../columns.ts';
import { addDemoContent, addGatedProject, GATED_PROJECT } from '../demo/content.ts';
import type { Context } from '../context.ts';
import { renderListing } from '../output.ts';
import { markDemo, resetDemo } from '../demo/folder.ts';
import { sortedInstances } from './get.ts';

const SETTLE_MS = 60_000;

export function demoCommand(context: Context): Command {
  return new Command('demo')
    .description('try it: real servers, one that must not start, an agent that proposes, a gated project')
    .option('--reset', 'begin anew: stop the demo that runs, and remove what it kept')
    .action(async ({ reset }: { readonly reset?: boolean }) => {
      const home = context.env.MCPTUI_HOME ?? path.join(context.paths.stateDir, 'demo');
      const env = { ...context.env, MCPTUI_HOME: home };
      const demo: Context = { ...context, env, paths: resolvePaths(env, '/') };
      if (reset === true) await resetDemo(demo, home, context.env.MCPTUI_HOME !== undefined);
      markDemo(home);
      await (context.isTty ? inConsole(demo) : inPlainText(demo));
    });
}

async function inConsole(context: Context): Promise<void> {
  const { runConsoleVerb } = await import('./console.ts');
  await runConsoleVerb(context, { prepare: (engine) => fill(engine), demo: true });
}

async function inPlainText(context: Context): Promise<void> {
  const { openEngine } = await import('./console.ts');
  context.print(
    'mcptui demo: no terminal here, so this runs the same engine, shows what happens to its servers, and ends.',
  );
  const { engine, hosted } = await openEngine(context);
  try {
    await fill(engine);
    await settled(context, engine);
    const rows = sortedInstances([...engine.view().instances.values()]);
    context.print(
      await renderListing({ rows, columns: instanceColumns(context.clock), name: (row) => row.name }, 'table'),
    );
    context.print(howToConnect(context));
  } finally {
    await engine.close();
    await hosted?.close();
  }
}

/** Prints the table each time that a state changes, until nothing is starting. */
async function settled(context: Context, engine: Engine): Promise<void> {
  const until = context.clock.monotonicMs() + SETTLE_MS;
  let last = '';
  for (;;) {
    const rows = sortedInstances([...engine.view().instances.values()]);
    const states = rows
      .map((row) => `${row.name} ${row.phase}${row.phase === 'running' ? ` ${row.health}` : ''}`)
      .join(', ');
    if (states !== last) context.print(states);
    last = states;
    if (rows.length === demoServers().length && rows.every(isSettled)) return;
    if (context.clock.monotonicMs() > until) throw new McptuiError('timeout', `not settled after 60s: ${states}`);
    await sleep(context.clock, 100);
  }
}

function isSettled(row: InstanceView): boolean {
  return row.phase === 'error' || row.phase === 'stopped' || (row.phase === 'running' && row.health !== 'unknown');
}

async function fill(engine: Engine): Promise<void> {
  await addGatedProject(engine);
  await addServers(engine);
  await addDemoContent(engine, engine.view().info.socketPath);
}

/** Those of an earlier demo stay as they are. */
async function addServers(engine: Engine): Promise<void> {
  const known = new Set([...engine.view().servers.values()].map((server) => server.name));
  for (const draft of demoServers()) if (!known.has(draft.name)) await engine.commands.createServer(draft);
}

function demoServers(): readonly ServerDraft[] {
  return [
    demoServer('everything', '@modelcontextprotocol/server-everything', []),
    demoServer('filesystem', '@modelcontextprotocol/server-filesystem', [docsFolder()]),
    // It keeps one file, which it reads, changes and writes back at each call.
    {
      ...demoServer('memory', '@modelcontextprotocol/server-memory', []),
      isolation: 'shared',
      calls: { maxInFlight: 1 },
    },
    { ...demoServer('shop', '@modelcontextprotocol/server-everything', []), project: GATED_PROJECT },
    {
      ...demoServer('gitea', '@modelcontextprotocol/server-everything', []),
      env: [{ name: 'GITEA_TOKEN', secret: { backend: 'env', path: 'GITEA_TOKEN' } }],
    },
  ];
}

/** The copy in this checkout's node_modules when it is there, else fetched by npx. */
function demoServer(name: string, spec: string, args: readonly string[]): ServerDraft {
  const script = localServer(spec);
  return {
    name,
    runtime: 'process',
    source:
      script === undefined
        ? { kind: 'package', package: `npm:${spec}`, args: [...args] }
        : { kind: 'command', command: [process.execPath, script, ...args] },
    health: { intervalMs: 10_000 },
  };
}

function localServer(spec: string): string | undefined {
  try {
    const require = createRequire(import.meta.url);
    const file = require.resolve(`${spec}/dist/index.js`);
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

function docsFolder(): string {
  return fileURLToPath(new URL('../docs', import.meta.url));
}

function howToConnect(context: Context): string {
  const script = process.argv[1] ?? 'mcptui';
  return [
    '',
    'Connect an agent (Claude Code, as an example):',
    `  claude mcp add mcptui --env MCPTUI_HOME=${context.env.MCPTUI_HOME ?? ''} -- ${script} proxy`,
    `In project ${GATED_PROJECT} it first says what it is about to do: end the line with proxy -p ${GATED_PROJECT}`,
    'Look at it in a terminal:',
    `  MCPTUI_HOME=${context.env.MCPTUI_HOME ?? ''} ${script}`,
  ].join('\n');
}
