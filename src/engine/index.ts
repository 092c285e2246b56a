/** All that the console and the command line may see of the engine. */
export { isolationOf, type Isolation } from './servers/isolation.ts';
export type * from './views/view.ts';
export type { TokenInfo } from './access/tokens.ts';
export type { SecretChange, SecretView } from './commands/secret-commands.ts';
export type { Engine, EngineCommands, ProbeReport, ServerDraft } from './commands/commands.ts';
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
} from './commands/content-types.ts';
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
} from './commands/router-types.ts';
