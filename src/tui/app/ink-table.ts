/** Loads ink-table beside Ink 8. It is CommonJS and requires ink, a module with top-level await: it is handed the loaded one. */
import * as ink from 'ink';
import Module, { createRequire } from 'node:module';
import type { ComponentType } from 'react';
import { version } from '../../kernel/version.ts';

export interface TableProps {
  /** Cells by column; their length in code units has to be their width. */
  readonly data: readonly Readonly<Record<string, string>>[];
  readonly columns?: readonly string[];
}

// The bundle's copy of ink-table asks for this; see scripts/build.mjs.
Object.assign(globalThis, { [Symbol.for('mcptui.ink')]: ink });

/** From source, Node's own `require` is asked: its cache gets the module that is loaded already. */
function handOver(): void {
  const require = createRequire(import.meta.url);
  const id = require.resolve('ink');
  require.cache[id] ??= Object.assign(new Module(id), { filename: id, loaded: true, exports: ink });
}

export async function loadTable(): Promise<ComponentType<TableProps>> {
  if (version === '0.0.0-source') handOver();
  const loaded = (await import('ink-table')) as unknown as {
    readonly default: ComponentType<TableProps> | { readonly default: ComponentType<TableProps> };
  };
  return 'default' in loaded.default ? loaded.default.default : loaded.default;
}
