/** Exports all that the console and the command line may see of the engine. */
export { isolationOf, type Isolation } from './servers/isolation.ts';
export type * from './views/view.ts';
export type { AuditSession } from './audit/session-book.ts';
export type { SeenQuery } from './audit/seen-book.ts';
export { SEEN_KINDS, type SeenItem, type SeenKind, type SeenReport } from './audit/seen-report.ts';
export type { TokenInfo } from './access/tokens.ts';
export { ruleText } from './rights/rule-text.ts';
export type { BindingView, MayReport, RoleView, WhoReport, WhyReport } from './rights/views.ts';
export type { Approved, DecisionDraft, DecisionKind, Signature } from './signing/document.ts';
export type { KeyFile, OpenKey } from './signing/key-file.ts';
export type { AuditBundle, BundleReport } from './signing/audit-bundle.ts';
export type { OperatorKeyView } from './signing/operator-keys.ts';
export { signingCommands, type KeyFor } from './signing/signing-client.ts';
export type { SecretVersion } from './secrets/secret-source.ts';
export type { SecretChange, SecretFileState, SecretTest, SecretView } from './secrets/secret-view.ts';
export type { BackendState, BackendStateView, BackendView } from './secrets/backends/backend-view.ts';
export type { BackendDraft } from '../store/schema/secret-backend.ts';
export type { Engine } from './engine-api.ts';
export type { ContentCommands, EngineCommands, RouterCommands } from './commands/table/index.ts';
export { envEntry, headerEntry } from './servers/entry-text.ts';
export type { ServerDraft } from './servers/server-draft.ts';
export type { ServerCheck, ServerDocument, ServerUpdated } from './commands/table/servers.ts';
export type { ChangeEffect } from './servers/definition-fields.ts';
export type { FieldChange } from './servers/definition-changes.ts';
export type { ServerChange, ServerPatch, UpdateOptions } from './servers/server-change.ts';
export type { ServerPlan } from './servers/server-plan.ts';
export type { ServerRevisionView } from './servers/server-revisions.ts';
export type {
  AgentChange,
  ApproveOptions,
  ComposeTarget,
  ContentChange,
  ContentDraft,
  ProjectChange,
  SaveOptions,
} from './content/changes.ts';
export { importPrompt } from './content/import-prompt.ts';
export { skillFrontMatter } from './content/skill.ts';
export type { GateChoice, GateDecision, GateReport, GateSavings, GateSettings, GateView } from './gate/types.ts';
export type { DigestProgress } from './digests/progress.ts';
export type { PageSavings } from './pages/page-savings.ts';
export type { PageReport } from './pages/page-report.ts';
export { IDLE } from './models/program-names.ts';
export type { ModelKind } from '../store/schema/model.ts';
export type { ModelDocument, ModelTest, ModelView } from './models/model-view.ts';
export type { ModelChange, ModelDraft, ModelPatch } from './models/changes.ts';
export { decisionWords } from './gate/words.ts';
export type { CallOptions, CallReport } from './router/call-types.ts';
export type { CatalogItem, CatalogList, CatalogQuery, ServerCatalog } from '../mcp/types/catalog.ts';
export type { ListState } from '../mcp/types/lists.ts';
