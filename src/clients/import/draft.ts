/** Defines servers as an import would create them; the engine's drafts have room for all of it. */

export interface SecretRefDraft {
  backend: string;
  path: string;
}

export type EnvDraft =
  { name: string; value: string } | { name: string; secret: SecretRefDraft } | { name: string; template: string };

export type HeaderDraft =
  | { name: string; value: string }
  | { name: string; prefix?: string; secret: SecretRefDraft }
  | { name: string; template: string };

export type SourceDraft =
  | { kind: 'command'; command: string[]; cwd?: string }
  | { kind: 'package'; package: string; args: string[]; cwd?: string }
  | {
      kind: 'image';
      image: string;
      command: string[];
      entrypoint?: string[];
      cwd?: string;
      user?: string;
      pull?: 'missing' | 'never' | 'always';
      mounts?: { source: string; target: string; readOnly: boolean }[];
    }
  | {
      kind: 'url';
      url: string;
      transport: 'streamable-http' | 'sse';
      headers: HeaderDraft[];
      allowPrivate?: boolean;
      oauth?: { clientId?: string; scope?: string; redirectUrl?: string };
    };

export interface Draft {
  name: string;
  project: string;
  source: SourceDraft;
  runtime: 'process' | 'docker' | 'remote';
  env: EnvDraft[];
  /** 0: it is there, and stopped. */
  replicas: number;
  network?: 'bridge' | 'none';
  context?: string;
  calls?: { ceilingMs: number };
  startTimeoutMs?: number;
  literal?: boolean;
}

/** A value that goes to the encrypted file. Never shown. */
export interface NewSecret {
  readonly name: string;
  readonly value: string;
  /** For people: `GITHUB_TOKEN`. */
  readonly of: string;
}

/** A value that somebody has to type. */
export interface Need {
  /** Name of the secret that it becomes. */
  readonly secret: string;
  /** As the client asks for it. */
  readonly title: string;
}

export interface Origin {
  readonly client: string;
  readonly title: string;
  readonly scope: string;
  readonly file: string;
  /** Of the entry, as it stands there. */
  readonly entry: string;
}

/** What becomes of one entry. */
export interface ImportItem {
  /** Unique in one plan. */
  readonly id: string;
  readonly from: Origin;
  /** Ours. */
  readonly name: string;
  readonly state: 'new' | 'same' | 'refused';
  /** Of a new one. */
  readonly draft?: Draft;
  readonly secrets: readonly NewSecret[];
  readonly needs: readonly Need[];
  /** How it is changed, and what is not taken: a sentence each. */
  readonly notes: readonly string[];
  /** Why it is the same, or refused. */
  readonly reason?: string;
  readonly isDisabled: boolean;
}
