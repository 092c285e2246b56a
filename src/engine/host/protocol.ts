/** Describes what crosses the socket between an engine and its consoles: one JSON object a line on the stream, REST beside it. */
import type { AuditEvent, ViewPatch } from '../views/view.ts';

export type StreamLine =
  /** The first of these is the whole view; `upTo` is the newest event that the engine has. */
  | { readonly type: 'patches'; readonly patches: readonly ViewPatch[] }
  | { readonly type: 'events'; readonly events: readonly AuditEvent[] };

/** The shape of the view, in a header of its stream: a console that knows another one does not read it. Raised with a change that is more than an addition. */
export const VIEW_FORMAT = '3';
export const VIEW_FORMAT_HEADER = 'x-mcptui-view';

export const API_PATH = '/api/';
/** Whether anybody is there. */
export const ALIVE_PATH = '/healthz';
/** Counters in the text format of Prometheus. */
export const METRICS_PATH = '/metrics';
export const STREAM_PATH = '/api/v1/stream';
export const HEALTH_PATH = '/api/v1/health';
/** Of all that is served as REST. */
export const RESOURCES_PATH = '/api/v1';
export const COMMANDS_PATH = '/api/v1/commands';
/** Upgraded to a byte stream of JSON-RPC lines; `?project=NAME`. */
export const STDIO_PATH = '/mcp-stdio';
export const STDIO_PROTOCOL = 'mcptui-stdio';
/** Who asks, for the audit log; whoever can open the socket is this user anyway. */
export const USER_HEADER = 'x-mcptui-user';
/** The service account in whose name a caller acts that may impersonate it. */
export const SERVICE_HEADER = 'x-service-account';
