/** Handles the commands on long answers that agents got in pages. */
import type { EngineGate } from '../gate/engine-gate.ts';
import type { CommandsOf } from './table/entry.ts';
import type { pageEntries } from './table/pages.ts';

export interface PageParts {
  readonly gate: Pick<EngineGate, 'pages'>;
}

export function pageCommands({ gate }: PageParts): CommandsOf<typeof pageEntries> {
  const { reader } = gate.pages;
  return {
    async page(project, id, page) {
      if (page === undefined) {
        const { pages: all, made } = await reader.kept(project, id);
        const summary = made?.summary && { model: made.summary.model, text: made.summary.text };
        const pages = all.map(({ title, tokens }, at) => ({ page: at + 1, title, tokens }));
        return { project, id, pages, count: all.length, ...(summary === undefined ? {} : { summary }) };
      }
      const { pages, title, tokens, text } = await reader.page(project, id, page);
      return { project, id, pages: [{ page, title, tokens, text }], count: pages.length };
    },
  };
}
