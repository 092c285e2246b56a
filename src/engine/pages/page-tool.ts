/** Offers agents the pages of answers that their project keeps: by the tool `read_page`, and by URI. */
import * as z from 'zod';
import { McptuiError } from '../../kernel/errors.ts';
import type { Json, JsonObject } from '../../kernel/json.ts';
import type { BuiltinAnswer } from '../../mcp/types/builtin.ts';
import type { SessionInfo } from '../../mcp/types/session.ts';
import { contents, failedTool, notFound } from '../content/agents/answers.ts';
import { faultsOf } from '../content/faults.ts';
import type { PageReader } from './page-reader.ts';
import type { SavedBySession } from './page-savings.ts';
import { pageFoot, parsePageUri, titlesWords } from './page-words.ts';

export const READ_PAGE = 'read_page';

const shape = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{32}$/, 'use the id that the long answer told: 32 digits'),
  page: z.int().min(1).optional(),
  from: z.int().min(1).optional(),
});

export const readPageItem: JsonObject = {
  name: READ_PAGE,
  description:
    'Read a page of a long answer by the `id` that came with its first page. Without `page` it names the pages there are, ' +
    'from page `from` on.',
  inputSchema: {
    type: 'object',
    properties: {
      id: { type: 'string', description: 'as the first page told it' },
      page: { type: 'integer', minimum: 1, description: 'which page; absent: the titles of all' },
      from: { type: 'integer', minimum: 1, description: 'first page to name, without `page`' },
    },
    required: ['id'],
    additionalProperties: false,
  },
  annotations: { readOnlyHint: true, openWorldHint: false },
};

export interface PageToolParts {
  readonly reader: PageReader;
  readonly saved: SavedBySession;
  /** Whether agents of the project get pages. */
  readonly isPaged: (project: string) => boolean;
}

export class PageTool {
  readonly #p: PageToolParts;
  /** By a list of other items: the same array for as long as that is the same. */
  readonly #shown = new WeakMap<readonly JsonObject[], readonly JsonObject[]>();

  constructor(parts: PageToolParts) {
    this.#p = parts;
  }

  /** The tools of a session, with `read_page` where its project has a pipeline. */
  withTool({ project, operator }: SessionInfo, items: readonly JsonObject[]): readonly JsonObject[] {
    if (operator !== undefined || !this.#p.isPaged(project)) return items;
    let shown = this.#shown.get(items);
    if (shown === undefined) this.#shown.set(items, (shown = [...items, readPageItem]));
    return shown;
  }

  /** Undefined: not its call. */
  call(session: SessionInfo, name: string, args: Json | undefined): Promise<BuiltinAnswer> | undefined {
    if (name !== READ_PAGE || !this.#p.isPaged(session.project)) return undefined;
    return this.#call(session, args);
  }

  /** Undefined: not its URI. */
  fetch(session: SessionInfo, uri: string): Promise<BuiltinAnswer> | undefined {
    const asked = parsePageUri(uri);
    return asked === undefined ? undefined : this.#fetch(session, uri, asked.id, asked.page);
  }

  async #call(session: SessionInfo, args: Json | undefined): Promise<BuiltinAnswer> {
    const parsed = shape.safeParse(args ?? {});
    if (!parsed.success) return failedTool(faultsOf(parsed.error, 'arguments'));
    const { id, page, from = 1 } = parsed.data;
    try {
      const texts = await this.#texts(session, id, page, from);
      return { result: { content: texts.map((text) => ({ type: 'text', text })) } };
    } catch (error) {
      if (!(error instanceof McptuiError)) throw error;
      return failedTool(`${error.message}${error.hint === undefined ? '' : ` (${error.hint})`}`);
    }
  }

  async #fetch(session: SessionInfo, uri: string, id: string, page: number | undefined): Promise<BuiltinAnswer> {
    try {
      const [text = ''] = await this.#texts(session, id, page, 1);
      return contents(uri, 'text/plain', text);
    } catch (error) {
      if (!(error instanceof McptuiError)) throw error;
      return notFound(uri);
    }
  }

  /** The page and what follows it, or the titles. @throws McptuiError `not-found` */
  async #texts(session: SessionInfo, id: string, page: number | undefined, from: number) {
    const { reader, saved } = this.#p;
    const { project } = session;
    if (page === undefined) return [titlesWords(id, (await reader.kept(project, id)).pages, from)];
    const { pages, text, tokens } = await reader.page(project, id, page);
    saved.read(session, id, page, tokens);
    return [text, pageFoot(id, pages, page)];
  }
}
