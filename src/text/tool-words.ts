/** Says in a word what a tool tells of its own effects. Hints of the server: nobody checks them. Pure. */
import type { CatalogItem } from '../engine/index.ts';

export type ToolEffect = 'reads' | 'writes' | 'destroys' | '-';

/** `-`: it says nothing. */
export function effectOf({ definition }: Pick<CatalogItem, 'definition'>): ToolEffect {
  const { annotations } = definition;
  const hints = (typeof annotations === 'object' && annotations !== null ? annotations : {}) as Record<string, unknown>;
  if (hints['readOnlyHint'] === true) return 'reads';
  if (hints['destructiveHint'] === true) return 'destroys';
  return hints['readOnlyHint'] === false || hints['destructiveHint'] === false ? 'writes' : '-';
}

/** A call of it is asked about first, unless it says that it only reads: without a hint, MCP takes a tool for one that may destroy. */
export function asksFirst(tool: Pick<CatalogItem, 'definition'>): boolean {
  return effectOf(tool) !== 'reads';
}

/** Describes a tool's effects in the question before a call. */
export function effectWords(effect: ToolEffect): string {
  switch (effect) {
    case 'destroys':
      return 'It says that it may destroy something.';
    case 'writes':
      return 'It says that it changes something.';
    case 'reads':
      return 'It says that it only reads.';
    case '-':
      return 'It declares no hints: by MCP’s defaults it may destroy something.';
  }
}

/** `title` of the definition or of its annotations. */
export function titleOf({ definition }: Pick<CatalogItem, 'definition'>): string | undefined {
  const { title, annotations } = definition;
  if (typeof title === 'string') return title;
  const hints = (typeof annotations === 'object' && annotations !== null ? annotations : {}) as Record<string, unknown>;
  return typeof hints['title'] === 'string' ? hints['title'] : undefined;
}

export function descriptionOf({ definition }: Pick<CatalogItem, 'definition'>): string {
  const { description } = definition;
  return typeof description === 'string' ? description.trim() : '';
}
