/** The command line of `mcptui proxy`: parsed by hand, since a parser would cost more time than the proxy's own start. */
import { systemClock } from '../../clock.ts';
import { leave } from '../../exit.ts';
import { startDaemon } from './daemon.ts';
import { enginePaths } from './paths.ts';
import { EXIT, Proxy } from './proxy.ts';

const USAGE = `usage: mcptui proxy [--project P] [--no-start]

  --project P   the project to work with (default: MCPTUI_PROJECT, else "default")
  --no-start    do not start the engine when none runs
`;

interface Arguments {
  readonly project: string;
  readonly mayStart: boolean;
}

/** `argv` is what follows `proxy`; `binPath` is the program to start as a daemon. */
export function main(argv: readonly string[], binPath: string): void {
  const parsed = parse(argv, process.env['MCPTUI_PROJECT']);
  if (typeof parsed === 'string') {
    process.stderr.write(parsed);
    process.exitCode = parsed === USAGE ? EXIT.ok : EXIT.usage;
    return;
  }
  const { socketPath, stateDir } = enginePaths(process.env, () => process.env['HOME'] ?? '/');
  const proxy = new Proxy({
    clock: systemClock,
    input: process.stdin,
    output: process.stdout,
    socketPath,
    project: parsed.project,
    startEngine: parsed.mayStart ? () => startDaemon(binPath, stateDir) : undefined,
    exit(code, message) {
      if (message !== undefined) process.stderr.write(`mcptui proxy: ${message}\n`);
      leave(code);
    },
  });
  process.on('SIGTERM', () => proxy.end(143));
  process.on('SIGINT', () => proxy.end(130));
  process.on('SIGHUP', () => proxy.end(129));
  proxy.start();
}

function parse(argv: readonly string[], fallback: string | undefined): Arguments | string {
  let project = fallback === undefined || fallback === '' ? 'default' : fallback;
  let mayStart = true;
  for (let index = 0; index < argv.length; index += 1) {
    const argument = argv[index] ?? '';
    if (argument === '--help' || argument === '-h') return USAGE;
    if (argument === '--no-start') mayStart = false;
    else if (argument.startsWith('--project=')) project = argument.slice('--project='.length);
    else if (argument === '--project') {
      const value = argv[(index += 1)];
      if (value === undefined) return `mcptui proxy: --project needs a name\n${USAGE}`;
      project = value;
    } else return `mcptui proxy: unknown argument ${argument}\n${USAGE}`;
  }
  return { project, mayStart };
}
