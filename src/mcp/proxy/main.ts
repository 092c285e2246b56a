/** Reads the command line of `mcptui proxy` and runs it. */
import { parseArgs } from 'node:util';
import { systemClock } from '../../kernel/clock.ts';
import { exitProcess } from '../../kernel/exit.ts';
import { followed, socketsToTry } from '../../kernel/engine-pointer.ts';
import { agentsSocket, relativeSetting, resolvePaths } from '../../kernel/paths.ts';
import { userHome } from '../../kernel/user-home.ts';
import type { SessionIdentity } from '../types/session.ts';
import { EXIT, Proxy } from './proxy.ts';
import { enginePid, engineStarter } from './start-engine.ts';

const USAGE = `usage: mcptui proxy [-p P] [--agent A] [--personality X] [--no-start]

  -p, --project P   the project to work with
                    (default: MCPTUI_PROJECT, else the agent's, else "default")
  --agent A         the agent that you are
                    (default: MCPTUI_AGENT, else the default agent, if any)
  --personality X   the agent's personality for this session
                    (default: MCPTUI_PERSONALITY, else the agent's default)
  --no-start        do not start the engine when none runs

MCPTUI_TICKET in the environment proves which agent you are (mcptui create ticket).

Example, as an agent's client configuration runs it:
  mcptui proxy --project ops --agent reviewer
`;

const NAMES = ['project', 'agent', 'personality'] as const;

const OPTIONS = {
  project: { type: 'string', short: 'p' },
  agent: { type: 'string' },
  personality: { type: 'string' },
  'no-start': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

interface Arguments {
  readonly identity: SessionIdentity;
  readonly mayStart: boolean;
}

/** No other process has it. Not a secret, so that nothing has to be loaded for it: it opens a gate and proves nobody. */
function ownId(): string {
  return `proxy-${process.pid}-${process.hrtime.bigint()}`;
}

/** `argv` is what follows `proxy`; `binPath` is the program to start as a daemon. */
export function main(argv: readonly string[], binPath: string): void {
  const parsed = parse(argv, process.env);
  if (typeof parsed === 'string') {
    process.stderr.write(parsed);
    process.exitCode = parsed === USAGE ? EXIT.ok : EXIT.usage;
    return;
  }
  const wrong = relativeSetting(process.env);
  if (wrong !== undefined) {
    process.stderr.write(`mcptui proxy: ${wrong}\n`);
    process.exitCode = EXIT.usage;
    return;
  }
  const paths = followed(resolvePaths(process.env, userHome()));
  let isLeaving = false;
  const proxy = new Proxy({
    clock: systemClock,
    input: process.stdin,
    output: process.stdout,
    sockets: () => socketsToTry(paths.dataDir, paths.socketPaths).map(agentsSocket),
    ticket: process.env['MCPTUI_TICKET'] || undefined,
    // Who names the agents' socket itself means whatever engine listens there: a sandbox has no folder.
    ...(agentsSocket(paths.socketPath) === paths.socketPath ? {} : { dataDir: paths.dataDir }),
    // The same for as long as this process lives: what its session may see stays with it over a restart of the engine.
    identity: { ...parsed.identity, peer: ownId() },
    enginePid: () => enginePid(paths),
    starter: parsed.mayStart ? engineStarter(binPath, paths) : undefined,
    tell: (message) => void process.stderr.write(`mcptui proxy: ${message}\n`),
    exit(code, message) {
      if (isLeaving) return;
      isLeaving = true;
      if (message !== undefined) process.stderr.write(`mcptui proxy: ${message}\n`);
      exitProcess(code);
    },
  });
  process.on('SIGTERM', () => proxy.end(143));
  process.on('SIGINT', () => proxy.end(130));
  process.on('SIGHUP', () => proxy.end(129));
  proxy.start();
}

/** The usage, or what is wrong, as text. */
export function parse(argv: readonly string[], env: NodeJS.ProcessEnv): Arguments | string {
  const given: { project?: string; agent?: string; personality?: string } = {};
  for (const name of NAMES) {
    const value = env[`MCPTUI_${name.toUpperCase()}`];
    if (value !== undefined && value !== '') given[name] = value;
  }
  let mayStart = true;
  const { tokens } = parseArgs({
    args: [...argv],
    options: OPTIONS,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== 'option') return unknown(token.kind === 'positional' ? token.value : '--');
    const { name, value } = token;
    if (name === 'help' && value === undefined) return USAGE;
    if (name === 'no-start' && value === undefined) {
      mayStart = false;
      continue;
    }
    const known = NAMES.find((one) => one === name);
    if (known === undefined) return unknown(value === undefined ? token.rawName : `${token.rawName}=${value}`);
    if (value === undefined) return `mcptui proxy: --${known} needs a name\n${USAGE}`;
    given[known] = value;
  }
  return { identity: { project: '', ...given }, mayStart };
}

function unknown(argument: string): string {
  return `mcptui proxy: unknown argument ${argument}\n${USAGE}`;
}
