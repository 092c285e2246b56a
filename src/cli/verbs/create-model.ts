/** Runs `create model`. */
import { Option, type Command } from 'commander';
import { defined } from '../../kernel/defined.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { EnvEntry, ModelDraft, ModelKind } from '../../engine/index.ts';
import { localRuntimes } from '../../engine/runtimes/registry.ts';
import type { Context } from '../context.ts';
import { duration, wholeNumber } from '../flag-values.ts';
import { withEngine } from '../with-engine.ts';
import { withModelFlags, type ModelFlags } from './model-flags.ts';
import { collectEnv, folderNote, programOf, type ProgramFlags } from './program-flags.ts';

interface CreateFlags extends ModelFlags, ProgramFlags {
  readonly kind: ModelKind;
  readonly env: readonly EnvEntry[];
  readonly startTimeout?: number;
  readonly memory?: number;
}

export function addModelCreation(create: Command, context: Context): void {
  const command = create
    .command('model')
    .description('a model that chooses prompts for gated sessions; without one rules do')
    .argument('<name>')
    .argument('[command...]', 'managed: what to run, after --; {port} stands for its port')
    .addOption(
      new Option('--kind <kind>', 'whose API it speaks; managed: the engine runs it')
        .choices(['openai', 'anthropic', 'ollama', 'managed'])
        .makeOptionMandatory(),
    );
  withModelFlags(command, true)
    .option('--image <image>', 'managed: container image; a command after -- replaces its own')
    .option('--package <spec>', 'managed: npm:SPEC or pypi:SPEC; arguments after --')
    .addOption(new Option('--runtime <runtime>', 'managed: where it runs').choices(localRuntimes))
    .option('--env <K=V>', 'managed: K=V, K= (empty) or K=secret:BACKEND/NAME; repeatable', collectEnv, [])
    .option('--cwd <folder>', 'managed: working folder (an empty one of its own)')
    .option('--start-timeout <duration>', 'managed: time to load; 5m', duration)
    .option('--memory <MiB>', 'managed: limit of a container; 8192', wholeNumber)
    .action((name: string, words: string[], flags: CreateFlags) => createModel(context, name, words, flags));
}

async function createModel(
  context: Context,
  name: string,
  words: readonly string[],
  flags: CreateFlags,
): Promise<void> {
  const { kind, url, model, tier, key, timeout, dailyTokens, allowPrivate } = flags;
  const run = kind === 'managed' ? runOf(name, words, flags) : refusedRun(name, words, flags);
  const draft = { kind, tier, ...defined({ run, url, model, key, timeoutMs: timeout, dailyTokens, allowPrivate }) };
  await withEngine(context, async (engine, live) => {
    const made = await engine.commands.createModel(name, draft);
    context.print(`model ${name} created`);
    if (run !== undefined) {
      const where = folderNote(run.source, flags);
      if (where !== undefined) context.note(where);
      const { literalSecrets } = await import('../../engine/servers/literal-secrets.ts');
      for (const note of literalSecrets({ name, ...run })) context.note(note);
      if (!live) context.note('no engine is running: it can run with the next mcptui or mcptui --daemon');
    }
    context.note(
      made.isLocal
        ? `try it: mcptui test model ${name}`
        : `it is not on this machine: only projects with --models any ask it; try it: mcptui test model ${name}`,
    );
  });
}

/** @throws McptuiError `invalid` when it is not clear what to run */
function runOf(name: string, words: readonly string[], flags: CreateFlags): NonNullable<ModelDraft['run']> {
  const { image, package: spec, env, warm, idle, startTimeout, memory } = flags;
  if (image !== undefined && spec !== undefined) throw new McptuiError('invalid', 'give one of --image and --package');
  if (image === undefined && spec === undefined && words.length === 0) {
    throw new McptuiError('invalid', `model ${name}: nothing to run`, {
      hint: 'give --image, --package or a command after --, such as -- llama-server -m small.gguf --port {port}',
    });
  }
  const limits = memory === undefined ? undefined : { memoryMiB: memory };
  return {
    ...programOf(words, flags),
    env: [...env],
    ...defined({ warm, idleMs: idle, startTimeoutMs: startTimeout, limits }),
  };
}

/** @throws McptuiError `invalid` for what only the engine's own can have */
function refusedRun(name: string, words: readonly string[], flags: CreateFlags): undefined {
  const { image, package: spec, runtime, cwd, env, warm, idle, startTimeout, memory } = flags;
  const given = [image, spec, runtime, cwd, warm, idle, startTimeout, memory].some((value) => value !== undefined);
  if (!given && words.length === 0 && env.length === 0) return undefined;
  throw new McptuiError('invalid', `model ${name}: a model of kind ${flags.kind} is not run here`, {
    hint: '--kind managed is',
  });
}
