/** Tells which logs are read, and the text that they make on this screen. */
import type { InstanceView } from '../../../engine/index.ts';
import { clean } from '../../../text/clean.ts';
import { lastOf } from '../../state/memo.ts';
import type { UiState } from '../../state/ui-store.ts';
import { selectedInstance } from '../../kit/instances.ts';
import { layoutOf } from '../../kit/layout.ts';
import { screenOf } from '../../kit/viewer/model.ts';
import { shownText, type ShownText } from '../../kit/viewer/reading.ts';
import type { PaneId } from '../../state/pane-id.ts';
import { logKey } from './load.ts';
import { logViewer } from './text.ts';

/** The selected instance first, then those that were added and still exist. */
export function logSources(state: UiState): readonly InstanceView[] {
  const selected = selectedInstance(state);
  if (selected === undefined) return [];
  const others = state.logs.others.filter((id) => id !== selected.id);
  return [selected, ...others.flatMap((id) => state.view?.instances.get(id) ?? [])];
}

const namesOf = lastOf((joined: string): readonly string[] => joined.split('\n'));

/** The same array for the same names: the text is made of it. */
export function sourceNames(sources: readonly InstanceView[]): readonly string[] {
  return namesOf(sources.map(({ name }) => clean(name)).join('\n'));
}

interface Room {
  readonly width: number;
  readonly rows: number;
}

/** The logs of these instances as a text; undefined while nothing was read of them. */
export function logText(
  state: UiState,
  pane: PaneId,
  sources: readonly InstanceView[],
  { width, rows }: Room,
): ShownText | undefined {
  const { logs } = state;
  const ids = sources.map(({ id }) => id);
  const of = logKey(state, ids);
  if (logs.text === undefined || logs.of !== of || sources.length === 0) return undefined;
  const names = sourceNames(sources);
  return shownText(state, pane, {
    of: `log ${of}`,
    text: logViewer(logs.text, logs.since?.at, names),
    width,
    rows,
    name: `${names.join('+')}.log`,
    opensAt: 'end',
    wraps: false,
  });
}

/** The text of the pane, one column from its border. */
export function paneText(state: UiState): ShownText | undefined {
  const { columns, body } = layoutOf(state);
  return logText(state, 'logs', logSources(state), { width: columns - 3, rows: Math.max(1, body - 2) });
}

/** Lines above the screen that are to be there before the reader comes to them. */
const ahead = 200;

/** Whether the reader has come near the first lines from which all that is read is complete. */
export function wantsOlder({ logs }: UiState, read: ShownText): boolean {
  const { beginsLast } = logs.text ?? {};
  if (beginsLast === undefined || (logs.since !== undefined && (logs.text?.at(0)?.orderAt ?? 0) < logs.since.at))
    return false;
  const { rows } = screenOf(read);
  const first = rows[0]?.line;
  return first === undefined || read.text.indexOf(first) <= beginsLast.at + ahead;
}

/** Tells what is not there, and how to get it; undefined when nothing is missing above the screen. */
export function olderWords({ logs }: UiState, read: ShownText, names: readonly string[]): string | undefined {
  const [first] = screenOf(read).rows;
  if (logs.text?.hasOlder !== true || logs.since !== undefined || (first !== undefined && first.index > 0))
    return undefined;
  return logs.text.isFull ? `older lines: mcptui logs ${names[0] ?? 'NAME'} -n 1000000` : 'reading older lines …';
}
