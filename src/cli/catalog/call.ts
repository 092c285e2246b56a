/** Runs `call SERVER TOOL`: one call on the way of agents' calls, recorded in the caller's name. */
import process from 'node:process';
import { Command, Option } from 'commander';
import { McptuiError } from '../../kernel/errors.ts';
import { ulidIds } from '../../kernel/ids.ts';
import type { Json } from '../../kernel/json.ts';
import type { CallOptions, CallReport } from '../../engine/index.ts';
import { cleanLines } from '../../text/clean.ts';
import { secretArgs } from '../../tui/overlays/form/values.ts';
import { readAnswer, renderedParts, type CallResult } from '../../text/call-result.ts';
import { unawaited } from '../../kernel/unawaited.ts';
import type { Context } from '../context.ts';
import { withRunningEngine } from '../with-engine.ts';
import { parseDuration } from '../duration.ts';
import { exitCodes } from '../exit-codes.ts';
import { formats } from '../formats.ts';
import { toJson, type Format } from '../output.ts';
import { toolArguments } from './arguments.ts';

interface CallFlags {
  readonly args?: string;
  readonly arg: readonly string[];
  readonly project?: string;
  readonly timeout: string;
  readonly output: Format;
}

export function callCommand(context: Context): Command {
  return new Command('call')
    .description('call a tool of a server, as agents would; exit 5 when it fails')
    .argument('<server>')
    .argument('<tool>', "the server's own name for it")
    .option('--args <json>', 'its arguments as a JSON object; - reads them from stdin')
    .option('--arg <name=text>', 'one of them: NAME=TEXT, or NAME:=JSON', (text, all: string[]) => [...all, text], [])
    .addOption(new Option('-p, --project <name>', 'refuse when the server is in another one').env('MCPTUI_PROJECT'))
    .option('--timeout <duration>', 'exit 8 after this long: 500ms, 30s, 5m', '60s')
    .addOption(
      new Option('-o, --output <format>', 'json: the result as the server gave it; else its text')
        .choices(formats)
        .default('table')
        .env('MCPTUI_OUTPUT'),
    )
    .action((server: string, tool: string, flags: CallFlags) => call(context, server, tool, flags));
}

async function call(context: Context, server: string, tool: string, flags: CallFlags): Promise<void> {
  const timeoutMs = parseDuration(flags.timeout);
  if (timeoutMs === undefined || timeoutMs === 0) {
    throw new McptuiError('invalid', `--timeout ${flags.timeout}: use 500ms, 30s or 5m`);
  }
  const args = await toolArguments(flags.args, flags.arg);
  const callId = ulidIds(context.clock).next('call');
  const options: CallOptions = {
    callId,
    timeoutMs,
    secretArgs: secretArgs(args, []),
    ...(flags.project === undefined ? {} : { project: flags.project }),
  };
  const report = await withRunningEngine(context, async ({ commands }): Promise<CallReport | undefined> => {
    let isInterrupted = false;
    const interrupted = (): void => {
      isInterrupted = true;
      // The call's own end says what became of it.
      unawaited(commands.cancelCall(callId));
    };
    process.once('SIGINT', interrupted);
    try {
      return await commands.callTool(server, tool, args, options);
    } catch (error) {
      if (!isInterrupted) throw error;
      context.note(`cancelled ${server}/${tool}: it may have done part of its work`);
      process.exitCode = exitCodes.interrupted;
      return undefined;
    } finally {
      process.off('SIGINT', interrupted);
    }
  });
  if (report !== undefined) await tell(context, report, flags.output);
}

async function tell(context: Context, { server, tool, answer }: CallReport, format: Format): Promise<void> {
  const result = readAnswer(answer);
  const name = `${server}/${tool}`;
  const isJson = format === 'json' || format === 'jsonl';
  if (result.kind === 'error') {
    process.exitCode = exitCodes.unhealthy;
    const error = { code: 'tool-error', message: `${name}: ${result.message}`, data: result.value };
    return context.note(isJson ? toJson({ error }) : textOf(result, `mcptui: ${name}: `));
  }
  if (result.isError) process.exitCode = exitCodes.unhealthy;
  context.print(await printed(result, format));
}

async function printed(result: CallResult & { readonly value: Json }, format: Format): Promise<string> {
  if (format === 'json' || format === 'jsonl') return toJson(result.value, format === 'json' ? 2 : 0);
  if (format === 'yaml') return (await import('../yaml.ts')).toYaml(result.value);
  return textOf(result);
}

/** What a terminal may see of it. */
function textOf(result: CallResult, before = ''): string {
  const text = renderedParts(result)
    .flatMap((part) => cleanLines(part.text))
    .join('\n');
  return before + text;
}
