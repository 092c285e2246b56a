/** Draws the screen with Ink: one preformatted text a row, and the small table that a detail may hold. */
import { Box, Text, useApp } from 'ink';
import { useCallback, useEffect, useState, type ComponentType, type ReactElement } from 'react';
import { useStore } from 'zustand';
import { unawaited } from '../../kernel/unawaited.ts';
import type { Ui } from '../kit/ui.ts';
import { frameOf } from './frame.ts';
import type { PaneFrame } from '../kit/pane.ts';
import { loadTable, type TableProps } from './ink-table.ts';
import type { InputEvent } from '../kit/keys.ts';
import { handleInput, type InputMemory } from './press.ts';
import { toned } from '../kit/theme.ts';
import type { UiStore } from '../state/ui-store.ts';
import { useConsoleInput } from './use-input.ts';

export interface AppProps {
  readonly ui: Ui;
  readonly memory: InputMemory;
  /** Hands Ink's way of leaving the terminal for a while to the owner of the terminal. */
  readonly onMount?: (suspend: (callback: () => Promise<void>) => Promise<void>) => void;
}

export function App({ ui, memory, onMount }: AppProps): ReactElement {
  const { store, clock } = ui;
  const { suspendTerminal } = useApp();
  const total = useStore(store, (state) => frameOf(state).rows.length);
  const table = useStore(store, (state) => frameOf(state).table);
  const onInput = useCallback((event: InputEvent) => handleInput(ui, memory, event), [ui, memory]);
  useConsoleInput(clock, onInput);
  useEffect(() => onMount?.((callback) => suspendTerminal(callback)), [onMount, suspendTerminal]);
  const before = table === undefined ? total : table.top;
  const after = table === undefined ? total : table.top + table.height;
  return (
    <Box flexDirection="column">
      <Rows store={store} from={0} to={before} />
      {table === undefined ? null : <TableRows store={store} table={table} />}
      <Rows store={store} from={after} to={total} />
    </Box>
  );
}

function Rows({
  store,
  from,
  to,
}: {
  readonly store: UiStore;
  readonly from: number;
  readonly to: number;
}): ReactElement {
  const rows: ReactElement[] = [];
  for (let y = from; y < to; y += 1) rows.push(<Row key={y} store={store} y={y} />);
  return <>{rows}</>;
}

/** Selects its own text, so that only rows whose text changed are rendered again. */
function Row({ store, y }: { readonly store: UiStore; readonly y: number }): ReactElement {
  const text = useStore(store, (state) => frameOf(state).rows[y] ?? '');
  return <Text wrap="truncate">{text}</Text>;
}

function TableRows({
  store,
  table,
}: {
  readonly store: UiStore;
  readonly table: NonNullable<PaneFrame['table']>;
}): ReactElement {
  const [Table, setTable] = useState<ComponentType<TableProps>>();
  const columns = useStore(store, (state) => state.size.columns);
  const style = useStore(store, (state) => state.style);
  useEffect(() => {
    let wanted = true;
    unawaited(loadTable().then((loaded) => wanted && setTable(() => loaded)));
    return () => {
      wanted = false;
    };
  }, []);
  const side = Array.from({ length: table.height }, () => toned(style, '│', 'dim')).join('\n');
  return (
    <Box height={table.height}>
      <Text>{side}</Text>
      <Box width={columns - 2} height={table.height} paddingLeft={1} overflow="hidden">
        {Table === undefined ? null : <Table data={table.data} />}
      </Box>
      <Text>{side}</Text>
    </Box>
  );
}
