/** Flags of a project that say whether it is gated, and how its gate works. */
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
    .option('--always-tool <server/tool...>', 'never hidden; replaces those that were named before');
}

export function gateChange({ gated, promptTokens, tools, useTool, models, alwaysTool }: GateFlags): ProjectChange {
  const always = alwaysTool?.filter((name) => name !== '');
  const gate = defined({ promptTokens, tools, useTool, models, always });
  return defined({ gated, gate: Object.keys(gate).length === 0 ? undefined : gate });
}
