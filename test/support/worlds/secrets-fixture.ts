/** Answers the commands on secrets from the rows of a view: values go in, and are kept for tests to look at. */
import type { BackendView, EngineCommands, EngineView } from '../../../src/engine/index.ts';
import { backendFields } from '../../../src/store/schema/secret-backend.ts';
import { McptuiError } from '../../../src/kernel/errors.ts';

type SecretCommands = Pick<
  EngineCommands,
  | 'secrets'
  | 'testSecret'
  | 'setSecret'
  | 'removeSecret'
  | 'secretVersions'
  | 'restoreSecret'
  | 'rekeySecrets'
  | 'secretBackends'
  | 'createSecretBackend'
  | 'deleteSecretBackend'
  | 'testSecretBackend'
>;

interface SecretsFixture {
  readonly view: () => EngineView;
  readonly ask: (line: string) => Promise<void>;
  /** Values that were given, by name. */
  readonly kept: Map<string, string>;
  readonly now: number;
}

const keepsNone = (what: string, name: string): Promise<never> =>
  Promise.reject(new McptuiError('not-found', `no ${what} ${name}`));

export function secretsFixture({ view, ask, kept, now }: SecretsFixture): SecretCommands {
  const backends = new Map<string, BackendView>();
  return {
    secrets: () => Promise.resolve([...view().secrets.values()]),
    secretBackends: () => Promise.resolve([...backends.values()]),
    createSecretBackend: async (name, draft, options) => {
      await ask(`createSecretBackend ${name} ${JSON.stringify(draft)}${options?.replace === true ? ' replace' : ''}`);
      const view: BackendView = {
        name,
        kind: draft.kind,
        state: { kind: 'ok', at: now },
        fields: backendFields.parse(draft),
      };
      backends.set(name, view);
      return view;
    },
    deleteSecretBackend: async (name) => {
      await ask(`deleteSecretBackend ${name}`);
      if (!backends.delete(name)) return keepsNone('backend', name);
    },
    testSecretBackend: async (name) => {
      await ask(`testSecretBackend ${name}`);
      return backends.get(name) ?? keepsNone('backend', name);
    },
    testSecret: async (id) => {
      await ask(`testSecret ${id}`);
      const { state, cause = 'no such entry' } = view().secrets.get(id) ?? { state: 'missing' };
      if (state === 'ok' || state === 'unused') return { id, at: now, ok: true };
      return { id, at: now, ok: false, cause, isMissing: state === 'missing' };
    },
    setSecret: async (name, value, options) => {
      await ask(`setSecret ${name}${options?.only === undefined ? '' : ` ${options.only}`}`);
      const row = view().secrets.get(`file/${name}`);
      if (options?.only === 'new' && (row?.state === 'ok' || row?.state === 'unused')) {
        throw new McptuiError('conflict', `secret file/${name} exists`);
      }
      if (options?.only === 'kept' && row === undefined) throw new McptuiError('not-found', `no secret file/${name}`);
      kept.set(name, value);
      return { holders: row?.stale ?? [], renewed: [], servers: row?.servers ?? [] };
    },
    secretVersions: async (name) => {
      await ask(`secretVersions ${name}`);
      const isKept = ['ok', 'unused'].includes(view().secrets.get(`file/${name}`)?.state ?? 'missing');
      if (!isKept) return keepsNone('secret', name);
      return [
        { version: 2, setAt: now - 60_000, fingerprint: 'bbbbbbbbbbbb', isCurrent: true },
        { version: 1, setAt: now - 3_600_000, fingerprint: 'aaaaaaaaaaaa', isCurrent: false },
      ];
    },
    restoreSecret: async (name, version) => {
      await ask(`restoreSecret ${name} ${version}`);
      const row = view().secrets.get(`file/${name}`);
      return { holders: row?.stale ?? [], renewed: [], servers: row?.servers ?? [] };
    },
    rekeySecrets: async () => {
      await ask('rekeySecrets');
      return { entries: view().secrets.size };
    },
    removeSecret: async (name, options) => {
      const row = view().secrets.get(`file/${name}`);
      if (row === undefined) return keepsNone('secret', name);
      await ask(`removeSecret ${name}${options?.force === true ? ' force' : ''}`);
      return { holders: [], renewed: [], servers: row.servers };
    },
  };
}
