/** Prints what `get --watch` has to tell: everything first, then each row that is new, has changed or is gone. */
import { renderListing, type Column, type Format, type Listing } from './output.ts';

export interface WatchOutput {
  readonly print: (text: string) => void;
  readonly note: (text: string) => void;
}

export class RowWatch<T> {
  readonly #out: WatchOutput;
  readonly #format: Format;
  #headers: boolean;
  #isFirst = true;
  readonly #widths: number[] = [];
  /** Name → what was last printed of it, without what time alone changes. */
  #known = new Map<string, string>();

  constructor(out: WatchOutput, { format, headers }: { readonly format: Format; readonly headers: boolean }) {
    this.#out = out;
    this.#format = format;
    this.#headers = headers;
  }

  async show(listing: Listing<T>): Promise<void> {
    const { rows, columns, name } = listing;
    const isTable = this.#format === 'table' || this.#format === 'wide';
    const shown = columns.filter((column) => isTable && (this.#format === 'wide' || column.wide !== true));
    const next = new Map(rows.map((row) => [name(row), isTable ? stableCells(row, shown) : JSON.stringify(row)]));
    const changed = rows.filter((row) => this.#known.get(name(row)) !== next.get(name(row)));
    const gone = [...this.#known.keys()].filter((known) => !next.has(known));
    this.#known = next;
    if (changed.length > 0 || this.#isFirst) {
      const text = await renderListing({ ...listing, rows: changed }, this.#format, this.#headers, this.#widths);
      if (text !== '') this.#out.print(text);
      this.#headers = false;
    }
    this.#isFirst = false;
    for (const one of gone) this.#out.note(`${one} is gone`);
  }
}

function stableCells<T>(row: T, columns: readonly Column<T>[]): string {
  return JSON.stringify(columns.filter((column) => column.ticks !== true).map((column) => column.value(row)));
}
