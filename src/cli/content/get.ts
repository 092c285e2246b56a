/** Lists `get projects|agents|prompts|personalities|skills|proposals|revisions`. */
import type { Engine, EngineView } from '../../engine/index.ts';
import type { Context } from '../context.ts';
import type { Column, Listing } from '../output.ts';
import {
  agentColumns,
  personalityColumns,
  projectColumns,
  promptColumns,
  proposalColumns,
  skillColumns,
} from './columns.ts';

export interface ContentFlags {
  readonly project?: string;
  readonly agent?: string;
  readonly all?: boolean;
  readonly state?: string;
}

/** An agent's own are listed with it only, or with everything. */
function isListed(
  row: { readonly scope: string; readonly project?: string; readonly agent?: string },
  flags: ContentFlags,
): boolean {
  if (flags.all === true) return true;
  if (flags.agent !== undefined) return row.agent === flags.agent;
  if (flags.project !== undefined) return row.project === flags.project;
  return row.scope !== 'agent';
}

/** Columns fit their own rows, whatever those are to the caller. */
function listing<T>(rows: Iterable<T>, columns: readonly Column<T>[], name: (row: T) => string): Listing<never> {
  return { rows: [...rows], columns, name } as unknown as Listing<never>;
}

type Make = (engine: Engine, flags: ContentFlags, context: Context) => Listing<never>;

interface ContentListing {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly description: string;
  /** Whether --agent and --all choose among scopes. */
  readonly isScoped: boolean;
  readonly rows: Make;
}

const rowsOf = <K extends keyof EngineView>(engine: Engine, kind: K): EngineView[K] => engine.view()[kind];

export const contentListings: readonly ContentListing[] = [
  {
    name: 'projects',
    aliases: ['project'],
    description: 'servers and prompts that agents work with',
    isScoped: false,
    rows: (engine) => listing([...rowsOf(engine, 'projects').values()], projectColumns, (row) => `project/${row.name}`),
  },
  {
    name: 'agents',
    aliases: ['agent'],
    description: 'client identities, and what they wear',
    isScoped: false,
    rows: (engine, { project }) =>
      listing(
        [...rowsOf(engine, 'agents').values()].filter((row) => project === undefined || row.project === project),
        agentColumns(engine.view()),
        (row) => `agent/${row.name}`,
      ),
  },
  {
    name: 'prompts',
    aliases: ['prompt'],
    description: "what agents are told; an agent's own with --agent or --all; the servers' with --server",
    isScoped: true,
    rows: (engine, flags, { clock }) =>
      listing(
        [...rowsOf(engine, 'prompts').values()].filter((row) => isListed(row, flags)),
        promptColumns(clock),
        (row) => `prompt/${row.ref}`,
      ),
  },
  {
    name: 'personalities',
    aliases: ['persona', 'personality', 'personas'],
    description: 'ordered sets of prompts, by agent',
    isScoped: true,
    rows: (engine, { agent }, { clock }) =>
      listing(
        [...rowsOf(engine, 'personalities').values()].filter((row) => agent === undefined || row.agent === agent),
        personalityColumns(clock),
        (row) => `personality/${row.ref}`,
      ),
  },
  {
    name: 'skills',
    aliases: ['skill'],
    description: 'bundles of files with a SKILL.md',
    isScoped: true,
    rows: (engine, flags, { clock }) =>
      listing(
        [...rowsOf(engine, 'skills').values()].filter((row) => isListed(row, flags)),
        skillColumns(clock),
        (row) => `skill/${row.ref}`,
      ),
  },
  {
    name: 'proposals',
    aliases: ['prop', 'proposal'],
    description: 'what waits for a decision; --all for what was decided, too',
    isScoped: false,
    rows: (engine, { all, state }, { clock }) =>
      listing(
        [...rowsOf(engine, 'proposals').values()].filter((row) =>
          state === undefined ? all === true || row.state === 'pending' : row.state === state,
        ),
        proposalColumns(clock),
        (row) => `proposal/${row.id}`,
      ),
  },
];
