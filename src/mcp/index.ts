/** What the engine may use of the protocol. */
export { createRouter, type RouterParts } from './router.ts';
export { LEGACY_VERSIONS } from './eras/legacy.ts';
export { callAsOperator, type OperatorCallEnd } from './operator-call.ts';
export { qualifyName } from './qualified-name.ts';
export { PROBE_META_KEY } from './probe.ts';
export type { RouterObserver, ServerRequestRecord, ToolCallTrace } from './observer.ts';
export type {
  CatalogItem,
  CatalogList,
  CatalogQuery,
  ConnectOutcome,
  ListState,
  OwnAnswer,
  OwnContent,
  OwnListKind,
  ProbeOutcome,
  ProbeRequest,
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
