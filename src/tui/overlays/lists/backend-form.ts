/** Asks for a backend of secrets in one form: its kind and its way in say which fields there are. */
import type { BackendDraft, BackendView } from '../../../engine/index.ts';
import { defined } from '../../../kernel/defined.ts';
import { wholeReferenceIn } from '../../../kernel/secret-reference.ts';
import { choiceField as choice, plainField, requiredField as required } from '../../kit/plain-field.ts';
import type { Ui } from '../../kit/ui.ts';
import { fieldOf } from '../../state/field.ts';
import type { FieldKind, FormField } from '../../state/form-field.ts';
import type { FormState } from '../../state/overlays.ts';
import { wordsOf } from '../editor/shell-words.ts';
import { openForm, textsOf, type FormJob } from '../form/form.ts';
import type { Texts } from '../form/values.ts';
import { nameFault } from './listing.ts';

const field = (name: string, description: string, kind: FieldKind = 'text', type = 'text'): FormField =>
  plainField(name, kind, type, description);

const NAME = required(field('name', 'As references begin: secret:NAME/PATH#KEY.', 'text', 'a-z 0-9 -'));
const KIND = required(choice('kind', ['openbao', 'command'], 'OpenBao or Vault (KV version 2), or a program.'));
const COMMAND = required(
  field('command', 'What prints the secret, such as pass show {path}. No shell runs.', 'text', 'words'),
);
const FIRST_LINE = field('first-line', 'Only the first line is the secret.', 'boolean', 'boolean');
const URL_FIELD = required(field('url', 'Its address; https unless it is this machine.', 'text', 'URL'));
const AUTH = required(choice('auth', ['token', 'approle', 'kubernetes'], 'How it lets the engine in.'));
const reference = 'secret:file/NAME or secret:env/NAME, never the value: keep it first with n in pane 7.';
const TOKEN = required(field('token', reference, 'text', 'reference'));
const ROLE_ID = required(field('role-id', 'Which role.'));
const SECRET_ID = required(field('secret-id', reference, 'text', 'reference'));
const ROLE = required(field('role', 'Which role.'));
const JWT_FILE = field('jwt-file', 'Token of the pod; where the kubelet puts it, unless you say.', 'text', 'path');
const AUTH_MOUNT = field('auth-mount', 'Where that method is mounted; its name, unless you say.', 'text', 'path');
const MOUNT = field('mount', 'All references are below it; else their first part is the mount.', 'text', 'path');
const NAMESPACE = field('namespace', 'X-Vault-Namespace.');
const CA_FILE = field('ca-file', 'PEM of the only authority that its certificate may be of.', 'text', 'path');

const ofAuth: Readonly<Record<string, readonly FormField[]>> = {
  token: [TOKEN],
  approle: [ROLE_ID, SECRET_ID, AUTH_MOUNT],
  kubernetes: [ROLE, JWT_FILE, AUTH_MOUNT],
};

function fieldsOf(texts: Texts, edited: BackendView | undefined): readonly FormField[] {
  const name = edited === undefined ? [NAME] : [];
  const kind = texts.get('kind') ?? '';
  if (kind === 'command') return [...name, KIND, COMMAND, FIRST_LINE];
  if (kind !== 'openbao') return [...name, KIND];
  return [...name, KIND, URL_FIELD, AUTH, ...(ofAuth[texts.get('auth') ?? ''] ?? []), MOUNT, NAMESPACE, CA_FILE];
}

/** As the form shows what is defined. */
function textsOfBackend({ fields }: BackendView): Texts {
  if (fields.kind === 'command') {
    const words = fields.command.map((word) => (/^[\w./{}:=@%+,-]+$/.test(word) ? word : `'${word}'`));
    return new Map([
      ['kind', 'command'],
      ['command', words.join(' ')],
      ['first-line', fields.firstLine ? 'true' : ''],
    ]);
  }
  const { auth, url, mount = '', namespace = '', caFile = '' } = fields;
  const text = ({ backend, path }: { readonly backend: string; readonly path: string }): string =>
    `secret:${backend}/${path}`;
  const own =
    auth.method === 'token'
      ? { token: text(auth.token) }
      : auth.method === 'approle'
        ? { 'role-id': auth.roleId, 'secret-id': text(auth.secretId), 'auth-mount': auth.mount }
        : { role: auth.role, 'jwt-file': auth.jwtFile, 'auth-mount': auth.mount };
  const all = { kind: 'openbao', url, auth: auth.method, ...own, mount, namespace, 'ca-file': caFile };
  return new Map(Object.entries(all));
}

type Problems = Map<string, string>;
type Auth = Extract<BackendDraft, { kind: 'openbao' }>['auth'];

/** What is typed as the engine takes it; what cannot be read is told by field. What no form asks for stays. */
function draftOf(texts: Texts, edited: BackendView | undefined): BackendDraft | Problems {
  const problems: Problems = new Map();
  const said = (name: string): string | undefined => {
    const text = (texts.get(name) ?? '').trim();
    return text === '' ? undefined : text;
  };
  const secret = (name: string): { readonly backend: 'env' | 'file'; readonly path: string } => {
    const ref = wholeReferenceIn(said(name) ?? '');
    if (ref?.backend === 'env' || ref?.backend === 'file') return { backend: ref.backend, path: ref.path };
    problems.set(name, 'use secret:file/NAME or secret:env/NAME, never the value');
    return { backend: 'file', path: '-' };
  };
  const { fields } = edited ?? {};
  if (said('kind') === 'command') {
    const words = wordsOf(said('command') ?? '');
    if (typeof words === 'string') return problems.set('command', words);
    const kept = fields?.kind === 'command' ? { timeoutMs: fields.timeoutMs, refreshMs: fields.refreshMs } : {};
    return { kind: 'command', command: [...words], firstLine: said('first-line') === 'true', ...kept };
  }
  const auth = authOf(said, secret);
  const optional = defined({ mount: said('mount'), namespace: said('namespace'), caFile: said('ca-file') });
  const kept = fields?.kind === 'openbao' ? { timeoutMs: fields.timeoutMs } : {};
  return problems.size > 0 ? problems : { kind: 'openbao', url: said('url') ?? '', auth, ...optional, ...kept };
}

function authOf(
  said: (name: string) => string | undefined,
  secret: (name: string) => { readonly backend: 'env' | 'file'; readonly path: string },
): Auth {
  const mount = defined({ mount: said('auth-mount') });
  const method = said('auth');
  if (method === 'approle') return { method, roleId: said('role-id') ?? '', secretId: secret('secret-id'), ...mount };
  if (method !== 'kubernetes') return { method: 'token', token: secret('token') };
  return { method, role: said('role') ?? '', ...defined({ jwtFile: said('jwt-file') }), ...mount };
}

/** `edited`: what is changed; undefined for a new one. `saved`: what shows it is to be shown anew. */
export function openBackendForm(
  ui: Ui,
  edited: BackendView | undefined,
  taken: readonly { readonly name: string }[],
  saved: () => void,
): void {
  const before = edited === undefined ? new Map<string, string>() : textsOfBackend(edited);
  openForm(
    ui,
    {
      title: edited === undefined ? 'New backend of secrets' : `Backend ${edited.name}`,
      sends: edited === undefined ? 'define it, and ask it' : 'change it, and ask it',
      does: edited === undefined ? 'defines it' : 'changes it',
      fields: fieldsOf(before, edited),
      note: undefined,
      texts: new Map([...before].map(([name, text]) => [name, fieldOf(text)])),
      words: [],
      schema: undefined,
    },
    job(edited, taken, saved),
  );
}

function job(edited: BackendView | undefined, taken: readonly { readonly name: string }[], saved: () => void): FormJob {
  return {
    typed(_ui, form) {
      const fields = fieldsOf(textsOf(form), edited);
      const here = form.fields[form.index]?.name;
      const at = fields.findIndex(({ name }) => name === here);
      return { ...form, fields, index: here === undefined ? fields.length : Math.max(0, at) };
    },
    send(ui, form) {
      const texts = textsOf(form);
      const draft = draftOf(texts, edited);
      const name = edited?.name ?? (texts.get('name') ?? '').trim();
      const fault = edited === undefined ? nameFault('backend', name, taken) : undefined;
      const problems = draft instanceof Map ? draft : new Map<string, string>();
      if (fault !== undefined) problems.set('name', fault);
      if (problems.size > 0 || draft instanceof Map) {
        const index = form.fields.findIndex((one) => problems.has(one.name));
        return ui.put({ ...form, problems, index: Math.max(0, index) });
      }
      ui.run<BackendView>(
        `asking backend ${name} …`,
        (view) => {
          const now = ui.opened<FormState>(form);
          if (now !== undefined) ui.close(now);
          saved();
          const is = edited === undefined ? 'defined' : 'changed';
          if (view.state.kind === 'failing') return ['warn', `backend ${name} is ${is}: ${view.state.reason}`];
          return ['ok', `backend ${name} is ${is}, and answers`];
        },
        (commands) => commands.createSecretBackend(name, draft, edited === undefined ? {} : { replace: true }),
      );
    },
    // References may name what nobody else should see.
    keep: () => undefined,
  };
}
