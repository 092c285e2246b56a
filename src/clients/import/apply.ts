/** Creates the servers of an import and keeps their secrets, by the engine's own commands; what fails leaves nothing behind. */
import { messageOf } from '../../kernel/errors.ts';
import type { Draft, ImportItem } from './draft.ts';

/** The engine's commands, as far as an import needs them. */
export interface ImportPort {
  readonly checkServer: (
    draft: Draft,
  ) => Promise<{ readonly fault?: { readonly message: string; readonly hint?: string } }>;
  readonly createServer: (draft: Draft) => Promise<unknown>;
  readonly setSecret: (name: string, value: string, options: { readonly only: 'new' }) => Promise<unknown>;
  readonly removeSecret: (name: string) => Promise<unknown>;
}

/** The items with those refused that the engine would refuse. */
export async function checkedItems(
  { checkServer }: Pick<ImportPort, 'checkServer'>,
  items: readonly ImportItem[],
): Promise<readonly ImportItem[]> {
  return Promise.all(
    items.map(async (item): Promise<ImportItem> => {
      if (item.draft === undefined) return item;
      const { fault } = await checkServer(item.draft);
      if (fault === undefined) return item;
      const { draft: _draft, ...rest } = item;
      const reason = fault.hint === undefined ? fault.message : `${fault.message} → ${fault.hint}`;
      return { ...rest, state: 'refused', secrets: [], needs: [], reason };
    }),
  );
}

export interface Applied {
  readonly item: ImportItem;
  /** Why it was not created. */
  readonly error?: string;
}

/** One after the other. `typed`: name of a secret → what was typed for it. */
export async function applyImport(
  port: ImportPort,
  items: readonly ImportItem[],
  typed: ReadonlyMap<string, string> = new Map(),
): Promise<readonly Applied[]> {
  const kept = new Set<string>();
  const used = new Set<string>();
  const done: Applied[] = [];
  for (const item of items) {
    if (item.draft === undefined) continue;
    try {
      for (const [name, value] of valuesOf(item, typed)) {
        if (!kept.has(name)) await port.setSecret(name, value, { only: 'new' });
        kept.add(name);
      }
      await port.createServer(item.draft);
      for (const [name] of valuesOf(item, typed)) used.add(name);
      done.push({ item });
    } catch (error) {
      done.push({ item, error: messageOf(error) });
    }
  }
  for (const name of kept) if (!used.has(name)) await port.removeSecret(name).catch(() => undefined);
  return done;
}

function valuesOf(
  { secrets, needs }: ImportItem,
  typed: ReadonlyMap<string, string>,
): readonly (readonly [string, string])[] {
  return [
    ...secrets.map(({ name, value }) => [name, value] as const),
    ...needs.flatMap(({ secret }) => {
      const value = typed.get(secret);
      return value === undefined ? [] : [[secret, value] as const];
    }),
  ];
}
