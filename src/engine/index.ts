/** All that the console and the command line may see of the engine. */
export { isolationOf, type Isolation } from './isolation.ts';
export type * from './view.ts';
export type { TokenInfo } from './access/tokens.ts';
export type { SecretChange, SecretView } from './secret-commands.ts';
export type { Engine, EngineCommands, ProbeReport, ServerDraft } from './commands.ts';
export type {
  AgentChange,
  ApproveOptions,
  ComposeTarget,
  ContentChange,
  ContentCommands,
  ContentDraft,
  ProjectChange,
  ProjectDetail,
  RebaseOutcome,
  SaveOptions,
} from './content/commands.ts';
export { importPrompt } from './content/import-prompt.ts';
export { skillFrontMatter } from './content/skill.ts';
export type {
  CallOptions,
  CallReport,
  CatalogItem,
  CatalogList,
  CatalogQuery,
  ListState,
  RouterCommands,
  ServerCatalog,
} from './router/commands.ts';
