/** What the engine may use of the protocol. */
export { createRouter, type RouterParts } from './router.ts';
export { LEGACY_VERSIONS } from './eras/legacy.ts';
export { qualifyName } from './qualified-name.ts';
export { PROBE_META_KEY } from './probe.ts';
export type {
  ConnectOutcome,
  OwnAnswer,
  OwnContent,
  OwnListKind,
  ProbeOutcome,
  ProbeRequest,
  RoutedServer,
  Router,
  RouterCounts,
  RouterObserver,
  RouterOptions,
  SessionIdentity,
  SessionInfo,
  ToolCallTrace,
  ToolSummary,
  UpstreamInfo,
  UpstreamStream,
} from './types.ts';
