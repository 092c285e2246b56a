/** Names the secret that an instance fails for, and creates it where that is what mends it. */
import type { FailureOf, InstanceView, SecretChange, SecretView } from '../../engine/index.ts';
import { age, plural } from '../../text/format.ts';
import type { UiState } from '../state/ui-store.ts';
import { restartInTurn } from './restart-in-turn.ts';
import { failureText, type Ui } from './ui.ts';

type Unresolved = FailureOf<'secret'>['unresolved'][number];

/** The secret to see to first: one that can be created here, else any. Undefined when it fails for something else. */
export function blockingSecret({ phase, failure }: InstanceView): Unresolved | undefined {
  if (phase === 'running' || phase === 'stopped' || failure?.facts.kind !== 'secret') return undefined;
  const { unresolved } = failure.facts;
  return unresolved.find(isCreatable) ?? unresolved[0];
}

/** The encrypted file can be read and has no such entry. */
export function isCreatable({ backend, isMissing }: Pick<Unresolved, 'backend' | 'isMissing'>): boolean {
  return backend === 'file' && isMissing;
}

export function secretId({ backend, path }: Pick<Unresolved, 'backend' | 'path'>): string {
  return `${backend}/${path}`;
}

export function secretRow({ view }: Pick<UiState, 'view'>, id: string): SecretView | undefined {
  return view?.secrets.get(id);
}

/** Asks for the value of a secret that is not kept, and keeps it. */
export function askToCreate(ui: Ui, path: string): void {
  const row = secretRow(ui.state, `file/${path}`);
  const uses = row === undefined || row.usedBy.length === 0 ? [] : [`Used by ${usesWords(row)}.`];
  const waits =
    row === undefined || row.waiting.length === 0 ? [] : [`${namesWords(row.waiting)} by itself once it is kept.`];
  ui.askHidden({
    title: `New secret ${path}`,
    about: [...uses, ...waits, 'It is kept in the encrypted file, and shown nowhere.'],
    label: `value of ${path}`,
    act: (after, value) =>
      after.run<SecretChange>(
        `keeping secret ${path} …`,
        () => ['ok', `secret ${path} is kept${waits.length === 0 ? '' : ` · ${namesWords(row?.waiting ?? [])}`}`],
        (commands) => commands.setSecret(path, value, { only: 'new' }),
      ),
  });
}

/** `gitea-1 starts`, `gitea-1 and 2 more start` */
function namesWords([first = '', ...more]: readonly string[]): string {
  return more.length === 0 ? `${first} starts` : `${first} and ${more.length} more start`;
}

export function usesWords({ usedBy }: SecretView): string {
  return usedBy.map(({ server, entries }) => `${server} (${entries.join(', ')})`).join(', ');
}

/** Asks for another value of a secret that is kept; then what runs with the old one may be restarted. */
export function askToRotate(ui: Ui, row: SecretView): void {
  const { path } = row;
  ui.askHidden({
    title: `Rotate secret ${path}`,
    about: [
      row.usedBy.length === 0 ? 'No server uses it.' : `Used by ${usesWords(row)}.`,
      'What runs keeps the old value until it is restarted; that is asked next.',
    ],
    label: `new value of ${path}`,
    act: (after, value) =>
      after.run<SecretChange>(
        `changing secret ${path} …`,
        ({ holders, renewed }) => {
          if (holders.length > 0) askToRestart(after, path, holders);
          const told = renewed.length === 0 ? '' : ` · ${renewed.join(', ')} connect anew with it`;
          const held = holders.length === 0 ? ' · nobody has the old value' : '';
          return ['ok', `secret ${path} is changed${held}${told}`];
        },
        (commands) => commands.setSecret(path, value, { only: 'kept' }),
      ),
  });
}

/** Lists earlier values by number, age and fingerprint, and gives the chosen one back. */
export function askToRestore(ui: Ui, { path }: SecretView): void {
  const { commands } = ui;
  if (commands === undefined) return ui.notify('warn', 'the engine is still starting');
  commands.secretVersions(path).then(
    (versions) => {
      const older = versions.filter(({ isCurrent }) => !isCurrent);
      if (older.length === 0) return ui.notify('info', `${path} has had no other value`);
      const { now } = ui.state;
      ui.pick({
        title: `Which value of ${path} again?`,
        does: 'asks whether to restore it',
        choices: older.map(({ version, setAt, fingerprint }, at) => ({
          id: String(version),
          name: `version ${version}`,
          note: `${setAt === undefined ? 'of an unknown time' : `set ${age(Math.max(0, now - setAt))} ago`} · fingerprint ${fingerprint}`,
          isOn: at === 0,
        })),
        act: (after, version) => confirmRestore(after, path, Number(version)),
      });
    },
    (error: unknown) => ui.notify('bad', failureText(error)),
  );
}

function confirmRestore(ui: Ui, path: string, version: number): void {
  ui.ask({
    kind: 'confirm',
    title: `Restore version ${version} of secret ${path}?`,
    lines: ['Its value becomes the newest one; what runs keeps the other until it is restarted.'],
    yes: 'restore it',
    no: 'no, leave it as it is',
    act: (after) =>
      after.run<SecretChange>(
        `restoring version ${version} of ${path} …`,
        ({ holders }) => {
          if (holders.length > 0) askToRestart(after, path, holders);
          return ['ok', `secret ${path} has the value of version ${version} again`];
        },
        (engine) => engine.restoreSecret(path, version),
      ),
  });
}

/** `holders`: names of instances that run with the value that was there before. */
export function askToRestart(ui: Ui, path: string, holders: readonly string[]): void {
  const shown = holders.slice(0, 6).join(', ');
  const more = holders.length > 6 ? ` and ${holders.length - 6} more` : '';
  ui.ask({
    kind: 'confirm',
    title: `Restart what has the old value of ${path}?`,
    lines: [
      `${plural(holders.length, 'instance')}: ${shown}${more}`,
      'One after the other: each when its calls have ended, the next when it is ready.',
    ],
    yes: 'restart them',
    no: 'no, they keep the old value',
    act: (after) => restartInTurn(after, holders),
  });
}
