/** Shows the selected secret: how it resolves and what mends it, then who uses it and with which value. */
import type { BackendStateView, InstanceView, SecretView } from '../../../engine/index.ts';
import { clean, fit, wrap } from '../../../text/clean.ts';
import { age, clockTime, timeToLive } from '../../../text/format.ts';
import { describeInstance } from '../../kit/describe.ts';
import { detailRoom } from '../../kit/split-pane.ts';
import { byNeed } from '../../kit/instances.ts';
import type { Line } from '../../kit/theme.ts';
import type { UiState } from '../../state/ui-store.ts';
import { secretList } from './select.ts';
import { lookOf, stateWords } from './table.ts';

/** Lines of the detail; none when no secret is listed. */
export function secretLines(state: UiState): readonly Line[] {
  const row = secretList.selected(state);
  if (row === undefined) return [];
  const { width, isPeek } = detailRoom(state);
  const lines = [...headLines(state, row, width), [], ...usesLines(state, row, width)];
  return isPeek ? lines.filter((line) => line.length > 0) : lines;
}

const label = (word: string): Line => [[word.padEnd(10), 'dim']];

function labelled(word: string, text: string, width: number): readonly Line[] {
  return wrap(clean(text), width - 10).map((line, index): Line => [...label(index === 0 ? word : ''), line]);
}

function headLines(state: UiState, row: SecretView, width: number): readonly Line[] {
  const { now } = state;
  const [glyph, tone] = lookOf(row);
  const { text } = stateWords(row);
  const { last, setAt } = row;
  const asked = last === undefined ? 'nothing has asked for it since the engine started' : lastWords(last, now);
  const kept = setAt === undefined ? '' : `   kept for ${age(now - setAt)}`;
  const ends = row.expiresAt === undefined ? '' : `   gone in ${timeToLive(row.expiresAt - now)}`;
  const fix = fixWords(row);
  return [
    [...label('state'), [`${glyph} `, tone], [text, tone]],
    ...(fix === '' ? [] : labelled('fix', fix, width)),
    ...labelled('resolve', `${asked}${kept}${ends}`, width),
    ...labelled('write', `secret:${row.id} in a definition${inText(row)}`, width),
    ...labelled('from', sourceWords(state, row), width),
  ];
}

const inText = ({ id }: SecretView): string => `, {secret:${id}} inside a longer text`;

function lastWords(last: NonNullable<SecretView['last']>, now: number): string {
  const when = `${age(Math.max(0, now - last.at))} ago (${clockTime(last.at)})`;
  if (last.ok && last.version !== undefined) return `✓ ${when} · version ${last.version}`;
  return last.ok ? `✓ ${when}` : `✗ ${when}: ${last.cause}`;
}

function fixWords(row: SecretView): string {
  if (row.stale.length > 0 && row.state === 'ok') return 'R restarts what has the old value, one after the other';
  if (row.step !== undefined && row.state !== 'ok') return row.step;
  if (row.state === 'missing') {
    return row.backend === 'file'
      ? `u asks for its value here; or: mcptui create secret ${row.path}`
      : `end the engine and start it with ${row.path} set in its environment; or let the server refer to secret:file/NAME`;
  }
  return row.state === 'failing' ? 'p asks again once the cause is mended' : '';
}

function sourceWords({ view }: UiState, { backend }: SecretView): string {
  if (backend === 'env') return 'the environment that the engine was started with';
  if (backend !== 'file')
    return backendWords(
      view?.info.secretBackends?.find(({ name }) => name === backend),
      backend,
    );
  const file = view?.info.secretFile;
  if (file?.kind !== 'unreadable') return 'the encrypted file';
  return `the encrypted file, which cannot be read: ${file.reason}${file.hint === undefined ? '' : ` → ${file.hint}`}`;
}

function backendWords(found: BackendStateView | undefined, backend: string): string {
  if (found === undefined)
    return backend === 'command' ? 'what a program prints' : `backend ${backend}, which is not there`;
  const { state } = found;
  const how = state.kind === 'failing' ? `, which fails: ${state.reason}` : '';
  return `backend ${backend} (${found.kind})${how} · mcptui describe backend ${backend}`;
}

function usesLines(state: UiState, row: SecretView, width: number): readonly Line[] {
  if (row.usedBy.length === 0) return [[...label('used by'), ['no server', 'dim']]];
  const consumers = consumersOf(state, row);
  return row.usedBy.flatMap(({ server, entries }, index) => [
    ...wrap(clean(`${server} as ${entries.join(', ')}`), width - 10).map((line, at): Line => [
      ...label(index === 0 && at === 0 ? 'used by' : ''),
      line,
    ]),
    ...consumers.filter((instance) => instance.server === server).map((one) => instanceLine(state, row, one, width)),
  ]);
}

function instanceLine(state: UiState, row: SecretView, instance: InstanceView, width: number): Line {
  const words = describeInstance(instance, state.now);
  const held = row.stale.includes(instance.name)
    ? `old value, since it runs for ${age(state.now - instance.phaseSince)}`
    : row.waiting.includes(instance.name)
      ? 'waits for it'
      : instance.phase === 'running'
        ? words.health
        : '';
  const name = fit(clean(instance.name), Math.max(12, Math.min(34, width - 40)));
  return [...label(''), '  ', [`${words.glyph} `, words.tone], `${name} ${fit(words.state, 9)}`, held];
}

/** Instances whose definition names it, what needs an operator most first. */
export function consumersOf({ view }: Pick<UiState, 'view'>, { servers }: SecretView): readonly InstanceView[] {
  const all = [...(view?.instances.values() ?? [])].filter(({ server }) => servers.includes(server));
  return all.sort(byNeed);
}
