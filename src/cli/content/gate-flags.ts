/** Flags of a project that say what its agents may do: whether it is gated, how its gate works, which role they have. */
import { Option, type Command } from 'commander';
import { defined } from '../../kernel/defined.ts';
import type { ProjectChange } from '../../engine/index.ts';
import { wholeNumber } from './name-flags.ts';

export interface GateFlags {
  readonly gated?: boolean;
  readonly promptTokens?: number;
  readonly tools?: 'all' | 'selected';
  readonly useTool?: 'auto' | 'always' | 'never';
  readonly models?: 'none' | 'local' | 'any';
  readonly alwaysTool?: readonly string[];
  readonly agentRole?: string;
}

export function withGateFlags(command: Command, gated: readonly Option[]): Command {
  for (const option of gated) command.addOption(option);
  return command
    .option('--prompt-tokens <n>', 'of prompts that begin_session gives in full; 8000', wholeNumber)
    .addOption(
      new Option('--tools <which>', 'listed once the gate is open: all, or those that fit').choices([
        'all',
        'selected',
      ]),
    )
    .addOption(
      new Option('--use-tool <when>', 'offer use_tool to clients that never list again').choices([
        'auto',
        'always',
        'never',
      ]),
    )
    .addOption(
      new Option('--models <which>', 'may choose: none, those of this machine, or any').choices([
        'none',
        'local',
        'any',
      ]),
    )
    .option('--always-tool <server/tool...>', 'never hidden; replaces those that were named before')
    .option('--agent-role <role>', 'what its agents may do that nothing else is bound to; none = nothing');
}

export function gateChange({
  gated,
  promptTokens,
  tools,
  useTool,
  models,
  alwaysTool,
  agentRole,
}: GateFlags): ProjectChange {
  const always = alwaysTool?.filter((name) => name !== '');
  const gate = defined({ promptTokens, tools, useTool, models, always });
  return defined({ gated, agentRole, gate: Object.keys(gate).length === 0 ? undefined : gate });
}
