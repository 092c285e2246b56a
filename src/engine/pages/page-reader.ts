/** Reads pages of kept answers, for agents and operators: only those of the project that is named. */
import { McptuiError } from '../../kernel/errors.ts';
import type { KeptText, PageStore } from '../../mcp/pages/page-store.ts';
import type { Page } from '../../mcp/pages/types.ts';

export interface ReadPage {
  readonly pages: readonly Page[];
  readonly title: string;
  readonly tokens: number;
  readonly text: string;
}

export class PageReader {
  readonly #store: Pick<PageStore, 'find' | 'read'> | undefined;

  /** Undefined where nothing is kept. */
  constructor(store: Pick<PageStore, 'find' | 'read'> | undefined) {
    this.#store = store;
  }

  /** @throws McptuiError `not-found` */
  async kept(project: string, id: string): Promise<KeptText> {
    const found = await this.#store?.find(project, id);
    if (found === undefined) throw gone(project, id);
    return found;
  }

  /** `page` counts from 1. @throws McptuiError `not-found` */
  async page(project: string, id: string, page: number): Promise<ReadPage> {
    const { pages } = await this.kept(project, id);
    const span = pages[page - 1];
    if (span === undefined) {
      throw new McptuiError('not-found', `${id} has no page ${page}`, { hint: `it has pages 1 to ${pages.length}` });
    }
    const text = await this.#store?.read(project, id, span);
    if (text === undefined) throw gone(project, id);
    return { pages, title: span.title, tokens: span.tokens, text };
  }
}

function gone(project: string, id: string): McptuiError {
  return new McptuiError('not-found', `project ${project} keeps no answer ${id}`, {
    hint: 'the oldest go when it keeps 64 MiB: the tool has to be called again',
  });
}
