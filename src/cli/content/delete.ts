/** Runs `delete project|agent|prompt|personality|skill`. */
import type { Command } from 'commander';
import type { Engine } from '../../engine/index.ts';
import { confirmName } from '../confirm-name.ts';
import type { Context } from '../context.ts';
import { withKeyFlags } from '../key-flags.ts';
import { withEngine } from '../with-engine.ts';
import { aliases, contentKinds } from './kinds.ts';

export function addContentDeletion(command: Command, context: Context): void {
  const verb = (kind: string, description: string, remove: (engine: Engine, name: string) => Promise<void>): Command =>
    withKeyFlags(command.command(kind).description(description).argument('<name>'))
      .option('--yes', 'do not ask')
      .action(async (name: string, flags: { readonly yes?: boolean }) => {
        await confirmName(context, `${kind} ${name}`, name, flags.yes === true);
        const isThere = await withEngine(context, async (engine) => {
          await remove(engine, name);
          return kind === 'prompt' && isBuiltIn(engine, name);
        });
        context.print(isThere ? `prompt ${name} has its built-in text again` : `${kind} ${name} deleted`);
      });
  verb('project', 'refused while servers or agents are in it', (engine, name) => engine.commands.deleteProject(name));
  verb('agent', 'with its personalities; refused while it has prompts or skills of its own', (engine, name) =>
    engine.commands.deleteAgent(name),
  );
  for (const kind of contentKinds) {
    verb(kind, 'its history stays: mcptui restore brings it back', (engine, name) =>
      engine.commands.deleteContent(kind, name),
    ).aliases([...aliases[kind]]);
  }
}

/** Of the engine's own: those are never gone. */
function isBuiltIn(engine: Engine, name: string): boolean {
  const rows = [...engine.view().prompts.values()].filter((row) => row.project === 'mcptui-system');
  return rows.some((row) => row.name === name || row.ref === name);
}
