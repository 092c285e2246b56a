/** Exports what the engine may use of the protocol. */
export { createRouter, type RouterParts } from './router/router.ts';
export { LEGACY_VERSIONS } from './eras/legacy.ts';
export { callAsOperator, type OperatorCallEnd } from './operator/operator-call.ts';
export { qualifyName } from './lists/qualified-name.ts';
export { OAuthLogin } from './upstream/remote/oauth/oauth-login.ts';
export type { LoginRequest, LoginResult, OAuthSettings, StoredLogin } from './upstream/remote/oauth/oauth-types.ts';
export { flagsFor, isLoopbackUrl, urlRefusal } from './upstream/remote/address-policy.ts';
export { HttpClient } from './upstream/remote/http-client.ts';
export { readBody } from './upstream/remote/body-reader.ts';
export { RemoteFailure } from './upstream/remote/remote-failure.ts';
export { retryAfterMs } from './upstream/remote/retry-after.ts';
export { PROBE_META_KEY } from './servers/probe.ts';
export { KEPT_BYTES } from './wire/long-call.ts';
export type { DefinitionDiff } from './types/lists.ts';
export type { ListKind } from './types/lists.ts';
export type { ListMemory, RememberedLists } from './lists/list-memory.ts';
export type {
  ChangedDefinitionsRecord,
  OddDefinitionsRecord,
  OpenCallRecord,
  RouterObserver,
  SawRecord,
  ServerRequestRecord,
  ToolCallTrace,
} from './types/observer.ts';
export type {
  CatalogItem,
  CatalogList,
  CatalogQuery,
  ServerCatalog,
  ToolPlace,
  UpstreamState,
} from './types/catalog.ts';
export type { ConnectFailure, ConnectOutcome, RemoteTarget, UpstreamInfo, UpstreamStream } from './types/connection.ts';
export type { ListState } from './types/lists.ts';
export type { BuiltinAnswer, BuiltinContent, BuiltinListKind } from './types/builtin.ts';
export type {
  ProbeOutcome,
  ProbeRequest,
  ResourceOutcome,
  ResourceRequest,
  RoutedServer,
  ToolSummary,
} from './types/server.ts';
export type { Router, RouterCounts, RouterOptions } from './router/types.ts';
export type { OperatorsFace } from './operator/operators-face.ts';
export type { SessionIdentity, SessionInfo } from './types/session.ts';
export type { CallEnd, CallStage, CallingSession, SeenAnswer, StagedCall, Verdict } from './calls/stages.ts';
export type { ListStage, ProjectStages, StagesOf } from './calls/stage-list.ts';
export type { LongResult, OtherResult, ResultStage } from './calls/result-stage.ts';
