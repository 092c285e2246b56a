/** What the engine may use of the protocol. */
export { createRouter, type RouterParts } from './router.ts';
export { LEGACY_VERSIONS } from './eras/legacy.ts';
export { callAsOperator, type OperatorCallEnd } from './operator/operator-call.ts';
export { qualifyName } from './lists/qualified-name.ts';
export { OAuthLogin } from './upstream/remote/oauth/oauth-login.ts';
export type { LoginRequest, LoginResult, OAuthSettings, StoredLogin } from './upstream/remote/oauth/oauth-types.ts';
export { flagsFor, urlRefusal } from './upstream/remote/address-policy.ts';
export { PROBE_META_KEY } from './upstream/probe.ts';
export type { DefinitionDiff } from './lists/definition-diff.ts';
export type { ListKind } from './lists/list-cache.ts';
export type { ListMemory, RememberedLists } from './lists/list-memory.ts';
export type {
  ChangedDefinitionsRecord,
  OddDefinitionsRecord,
  OpenCallRecord,
  RouterObserver,
  ServerRequestRecord,
  ToolCallTrace,
} from './observer.ts';
export type {
  CatalogItem,
  CatalogList,
  CatalogQuery,
  ConnectFailure,
  ConnectOutcome,
  ListState,
  BuiltinAnswer,
  BuiltinContent,
  BuiltinListKind,
  ProbeOutcome,
  ProbeRequest,
  RemoteTarget,
  RoutedServer,
  Router,
  RouterCounts,
  RouterDesk,
  RouterOptions,
  ServerCatalog,
  SessionIdentity,
  SessionInfo,
  ToolPlace,
  ToolSummary,
  UpstreamInfo,
  UpstreamState,
  UpstreamStream,
} from './types.ts';
