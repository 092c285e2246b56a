/** Runs `set …` and `scale`: one field of a server, without an editor. */
import { Command, InvalidArgumentError, Option } from 'commander';
import type { ServerPatch } from '../../engine/index.ts';
import { defined } from '../../kernel/defined.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { Context } from '../context.ts';
import { duration, jsonObject, wholeNumber } from '../flag-values.ts';
import { withEngine } from '../with-engine.ts';
import { runsWhere } from './callers-folder.ts';
import { update, withUpdateFlags, type UpdateFlags } from './edit-server.ts';

type Flags = UpdateFlags & Readonly<Record<string, unknown>>;

export function setCommand(context: Context): Command {
  const set = new Command('set').description('change one field of a server; only what has to be is restarted');
  const change = (name: string, patch: ServerPatch, flags: UpdateFlags): Promise<void> =>
    withEngine(context, (engine) => update(context, engine, name, { patch }, flags));
  const verb = (kind: string, about: string): Command =>
    withUpdateFlags(set.command(kind)).description(about).argument('<name>', 'server');

  verb('env', 'variables: NAME=VALUE, NAME= (empty), NAME=secret:BACKEND/NAME, or NAME- to take one away')
    .argument('<variables...>', 'NAME=VALUE or NAME-')
    .action((name: string, entries: readonly string[], flags: Flags) =>
      change(name, { env: entriesOf(entries, 'mcptui set env') }, flags),
    );
  verb('header', 'headers of a URL: NAME=VALUE, NAME="Bearer secret:BACKEND/NAME", or NAME- to take one away')
    .alias('headers')
    .argument('<headers...>', 'NAME=VALUE or NAME-')
    .action((name: string, entries: readonly string[], flags: Flags) =>
      change(name, { headers: entriesOf(entries, 'mcptui set header') }, flags),
    );
  verb('arg', 'all arguments of a package, a command or an image, after --')
    .alias('args')
    .argument('[arguments...]', 'after --; none = without arguments')
    .option('--cwd <folder>', 'working folder')
    .action((name: string, args: readonly string[], flags: Flags & { readonly cwd?: string }) => {
      const { cwd, because } = runsWhere({ words: args, isCommand: false, cwd: flags.cwd }, process.cwd());
      if (because !== undefined) context.note(`${because} means this folder: it runs in ${cwd ?? ''}`);
      return change(name, { args, ...(cwd === undefined ? {} : { cwd }) }, flags);
    });
  verb('image', 'the container image')
    .argument('<image>')
    .action((name: string, image: string, flags: Flags) => change(name, { image }, flags));
  verb('url', 'where a remote server is; its login is kept for the same origin')
    .argument('<url>')
    .option('--allow-private', 'it may lead to loopback or a private network')
    .option('--allow-http', 'it may lead to another machine without TLS')
    .action((name: string, url: string, flags: Flags & { readonly allowPrivate?: true; readonly allowHttp?: true }) =>
      change(name, { url, ...defined({ allowPrivate: flags.allowPrivate, allowHttp: flags.allowHttp }) }, flags),
    );
  verb('replicas', 'how many instances')
    .argument('<n>', '0 allowed', wholeNumber)
    .action((name: string, replicas: number, flags: Flags) => change(name, { replicas }, flags));
  verb('isolation', 'session: an instance for each session; shared: one for all')
    .addArgument(set.createArgument('<kind>', 'session or shared').choices(['session', 'shared']))
    .option('--max-instances <n>', 'most instances at once', wholeNumber)
    .action((name: string, isolation: string, flags: Flags & { readonly maxInstances?: number }) =>
      change(name, { isolation, ...defined({ maxInstances: flags.maxInstances }) }, flags),
    );
  verb('context', "what agents should know of it, put before its tools' descriptions")
    .argument('<text>', '"" for none')
    .action((name: string, context_: string, flags: Flags) => change(name, { context: context_ }, flags));
  verb('prefix', 'what stands before __tool')
    .argument('[text]', '"" for names as they are; left out = the server\'s name')
    .action((name: string, prefix: string | undefined, flags: Flags) =>
      change(name, { prefix: prefix ?? null }, flags),
    );
  addProbe(verb, change);
  addLimits(verb, change);
  return set;
}

type Verb = (kind: string, about: string) => Command;
type Change = (name: string, patch: ServerPatch, flags: UpdateFlags) => Promise<void>;

interface ProbeFlags {
  readonly tool?: string;
  readonly args?: Readonly<Record<string, never>>;
  readonly interval?: number;
  readonly timeout?: number;
  readonly failures?: number;
  readonly budget?: number;
}

function addProbe(verb: Verb, change: Change): void {
  verb('probe', 'how it is probed')
    .option('--tool <tool>', 'readiness: call this tool; "" for tools/list')
    .option('--args <json>', 'its arguments, a JSON object', jsonObject)
    .option('--interval <time>', 'such as 60s', duration)
    .option('--timeout <time>', 'such as 10s', duration)
    .option('--failures <n>', 'failures in a row until unhealthy', wholeNumber)
    .option('--budget <time>', 'a slower answer is degraded', duration)
    .action((name: string, flags: Flags & ProbeFlags) => {
      const health = defined({
        tool: flags.tool === '' ? null : flags.tool,
        args: flags.args,
        intervalMs: flags.interval,
        timeoutMs: flags.timeout,
        failureThreshold: flags.failures,
        latencyBudgetMs: flags.budget,
      });
      refuseEmpty(name, 'probe', health);
      return change(name, { health }, flags);
    });
}

interface LimitFlags {
  readonly memory?: number;
  readonly pids?: number;
  readonly cpus?: number;
  readonly maxInFlight?: number;
  readonly callIdle?: number;
  readonly callTimeout?: number;
  readonly startTimeout?: number;
  readonly maxInstances?: number;
}

function addLimits(verb: Verb, change: Change): void {
  verb('limits', 'limits of its containers, its calls and its start')
    .option('--memory <MiB>', 'of a container', wholeNumber)
    .option('--pids <n>', 'of a container', wholeNumber)
    .addOption(new Option('--cpus <n>', 'of a container, 0 = none').argParser(Number))
    .option('--max-in-flight <n>', 'calls that an instance gets at once', wholeNumber)
    .option('--call-idle <time>', 'cancel a call after this long without answer or progress', duration)
    .option('--call-timeout <time>', 'cancel a call after this long in all', duration)
    .option('--start-timeout <time>', 'how long the answer to initialize may take', duration)
    .option('--max-instances <n>', 'most instances at once, with one for each session', wholeNumber)
    .action((name: string, flags: Flags & LimitFlags) => {
      const limits = defined({ memoryMiB: flags.memory, pids: flags.pids, cpus: flags.cpus });
      const calls = defined({ maxInFlight: flags.maxInFlight, idleMs: flags.callIdle, ceilingMs: flags.callTimeout });
      const own = defined({ startTimeoutMs: flags.startTimeout, maxInstances: flags.maxInstances });
      refuseEmpty(name, 'limits', { ...limits, ...calls, ...own });
      return change(name, { limits, calls, ...own }, flags);
    });
}

export function scaleCommand(context: Context): Command {
  return withUpdateFlags(new Command('scale'))
    .description('how many instances of a server there are')
    .argument('<name>', 'server')
    .argument('<n>', '0 allowed', wholeNumber)
    .action((name: string, replicas: number, flags: UpdateFlags) =>
      withEngine(context, (engine) => update(context, engine, name, { patch: { replicas } }, flags)),
    );
}

/** `NAME=VALUE` and `NAME-`. @throws InvalidArgumentError */
export function entriesOf(texts: readonly string[], usage: string): Readonly<Record<string, string | null>> {
  const entries = texts.map((text): readonly [string, string | null] => {
    const split = text.indexOf('=');
    if (split > 0) return [text.slice(0, split), text.slice(split + 1)];
    if (split === -1 && text.length > 1 && text.endsWith('-')) return [text.slice(0, -1), null];
    throw new InvalidArgumentError(`${usage}: ${JSON.stringify(text)} is neither NAME=VALUE nor NAME-`);
  });
  return Object.fromEntries(entries);
}

function refuseEmpty(name: string, kind: string, given: object): void {
  if (Object.keys(given).length > 0) return;
  throw new McptuiError('invalid', `server ${name}: nothing to change`, { hint: `mcptui set ${kind} --help` });
}
