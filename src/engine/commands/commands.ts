/** All that an operator may ask of an engine. Every command is audited; arguments and answers are plain JSON. */
import type {
  AuditEvent,
  AuditQuery,
  ChainHead,
  EngineView,
  InstanceDetail,
  LogLine,
  Server,
  ServerInput,
  VerifyReport,
  ViewPatch,
} from '../views/view.ts';
import { loginCommandNames, type LoginCommands } from './login-commands.ts';
import { tokenCommandNames, type TokenCommands } from './token-commands.ts';
import { contentCommandNames, type ContentCommands } from './content-types.ts';
import type { SecretCommands } from './secret-commands.ts';
import { routerCommandNames, type RouterCommands } from './router-types.ts';

/** A definition as an operator gives it: the engine adds id and times. */
export type ServerDraft = Omit<ServerInput, 'id' | 'createdAt' | 'updatedAt'> & {
  /** Text that looks as if something were to replace it (`${TOKEN}`, `~/notes`) is meant as it stands. */
  readonly literal?: boolean;
};

export interface ProbeReport {
  readonly ok: boolean;
  readonly durationMs: number;
  readonly target: string;
  readonly error?: string;
}

/** `name` is an instance's id or name, or (where said) a server's name, which means all its instances. */
export interface EngineCommands extends LoginCommands, ContentCommands, RouterCommands, SecretCommands, TokenCommands {
  /** @throws McptuiError `invalid`, `conflict` when the name is taken */
  createServer(draft: ServerDraft): Promise<Server>;
  /** Stops and forgets a server and its instances. @throws McptuiError `not-found` */
  deleteServer(name: string): Promise<void>;
  /** Instance or server. */
  start(name: string): Promise<void>;
  /** Instance or server; resolves once it was asked for, not once stopped. */
  stop(name: string): Promise<void>;
  /** Instance or server. `newImage`: with the image that its name means now, instead of the one that it ran first. */
  restart(name: string, options?: { readonly newImage?: boolean | undefined }): Promise<void>;
  /** Ends the wait of an instance in back-off (and a hold); with a server's name, of all its failed instances. @throws `conflict` when nothing is failed */
  retry(name: string): Promise<void>;
  /** No more retries until `retry` or `start`. */
  hold(name: string): Promise<void>;
  /** Probes a running instance now and waits for the outcome. @throws `conflict` when not running */
  probe(name: string): Promise<ProbeReport>;

  instanceDetail(name: string): Promise<InstanceDetail>;
  /** The newest `lines` (default 200, at most 5,000) of stderr, and of stdout what was no JSON-RPC; oldest first. */
  logs(name: string, options?: { readonly lines?: number }): Promise<readonly LogLine[]>;
  events(query: AuditQuery): Promise<readonly AuditEvent[]>;
  /** `kept`: a head of an earlier day, which must still be in the chain. */
  verifyAudit(kept?: Pick<ChainHead, 'seq' | 'hash'>): Promise<VerifyReport>;
  auditHead(): Promise<ChainHead>;
}

/** The names in `EngineCommands`, for channels; those that change nothing may be called by a read-only console. */
const effects = {
  createServer: 'changes',
  deleteServer: 'changes',
  start: 'changes',
  stop: 'changes',
  restart: 'changes',
  retry: 'changes',
  hold: 'changes',
  probe: 'changes',
  secrets: 'reads',
  setSecret: 'changes',
  removeSecret: 'changes',
  instanceDetail: 'reads',
  logs: 'reads',
  events: 'reads',
  verifyAudit: 'reads',
  auditHead: 'reads',
  ...loginCommandNames,
  ...contentCommandNames,
  ...routerCommandNames,
  ...tokenCommandNames,
} as const satisfies Readonly<Record<keyof EngineCommands, 'reads' | 'changes'>>;

export const commandNames = Object.keys(effects) as readonly (keyof EngineCommands)[];

export function isReading(name: keyof EngineCommands): boolean {
  return effects[name] === 'reads';
}

/** Whoever holds one sees the same thing, whether the engine is in this process, in a worker or behind the socket. */
export interface Engine {
  readonly commands: EngineCommands;
  view(): EngineView;
  /** Called after each change with the new view and what changed; returns the unsubscriber. */
  subscribe(listener: (view: EngineView, patches: readonly ViewPatch[]) => void): () => void;
  /** New audit events, in order, batched (10 Hz at most). */
  onEvents(listener: (events: readonly AuditEvent[]) => void): () => void;
  /** The connection to the engine: `lost` while a daemon is away; an embedded engine is always `attached`. */
  onLink(listener: (link: 'attached' | 'lost') => void): () => void;
  /** Embedded: stops instances and the engine. Attached: only detaches. Idempotent. */
  close(): Promise<void>;
}
