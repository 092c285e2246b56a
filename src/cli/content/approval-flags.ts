/** Flags of a project that say whether its decisions have to be signed, by whom, and by how many. */
import { Option, type Command } from 'commander';
import { defined } from '../../kernel/defined.ts';
import type { ProjectChange } from '../../engine/index.ts';
import { wholeNumber } from './name-flags.ts';

export interface ApprovalFlags {
  readonly approvals?: 'plain' | 'signed';
  readonly approvers?: string;
  readonly quorum?: number;
}

export function withApprovalFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--approvals <how>', 'signed: its decisions need the passphrase of a key').choices([
        'plain',
        'signed',
      ]),
    )
    .option('--approvers <list>', 'who decides, such as user:ann,user:bob; "" = whoever may')
    .option('--quorum <n>', 'so many of them have to sign; 1', wholeNumber);
}

export function approvalChange({ approvals: kind, approvers, quorum }: ApprovalFlags): ProjectChange {
  const named = approvers
    ?.split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  const change = defined({ kind, approvers: named, quorum });
  return Object.keys(change).length === 0 ? {} : { approvals: change };
}
