/** Gives prompts the resources that they link: what agents read of them, and how each link does. */
import { withDeadline, type Clock } from '../../../kernel/clock.ts';
import { cutName } from '../../../kernel/foreign.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import type { Logger } from '../../../kernel/log.ts';
import { tokensOf } from '../../../kernel/tokens.ts';
import { unawaited } from '../../../kernel/unawaited.ts';
import type { Router } from '../../../mcp/router/types.ts';
import type { Prompt } from '../../../store/schema/content.ts';
import type { Shape } from '../../../store/schema/index.ts';
import { hasResources, linksOf, parseResourceLink } from '../../../store/schema/link.ts';
import type { Database } from '../../../store/types.ts';
import { KeptTexts } from './kept-texts.ts';
import { LinkChecks } from './link-checks.ts';
import { READ_MS } from './link-failure.ts';
import { LinkReader, type KnownLink } from './link-reader.ts';
import { linkedBlock, MAX_LINKED, type GoodText } from './linked-text.ts';
import type { LinkState } from './types.ts';

export interface LinksParts {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly db: Pick<Database<Shape>, 'collection' | 'record'>;
  readonly router: () => Router;
  /** Masks secrets, then cuts. */
  readonly cut: (text: string, max: number) => string;
  /** The text of this link is another: prompts that have it are read anew. */
  readonly textChanged: (link: string) => void;
  /** How links do is shown anew. */
  readonly show: () => void;
  /** Where last texts are kept while no engine runs; absent = nowhere. */
  readonly linksFolder?: string | undefined;
  readonly logger: Logger;
}

/** Characters of one resource in what a session is told at its begin: longer ones are read by the prompt's name. */
const MAX_AT_BEGIN = 32 * 1024;

type Row = Pick<Prompt, 'content' | 'name'>;

export class Links {
  readonly #p: LinksParts;
  readonly #reader: LinkReader;
  readonly #checks: LinkChecks;
  readonly #texts: KeptTexts | undefined;
  /** As the journal has it: links that were dead when it was last said. */
  readonly #dead = new Set<string>();
  readonly #tokens = new WeakMap<GoodText, number>();

  constructor(parts: LinksParts) {
    this.#p = parts;
    const { clock, db, router, cut, random } = parts;
    const hasProject = (name: string): boolean =>
      db
        .collection('projects')
        .all()
        .some((row) => row.name === name);
    const changed = (...of: [string, KnownLink, KnownLink | undefined]): void => this.#changed(...of);
    this.#reader = new LinkReader({ clock, router, cut, hasProject, changed });
    const prompts = () => db.collection('prompts').all();
    const { linksFolder: folder, logger } = parts;
    this.#texts = folder === undefined ? undefined : new KeptTexts({ folder, clock, logger, prompts });
    this.#checks = new LinkChecks({ clock, random, prompts, reader: this.#reader, looked: parts.show });
  }

  async start(): Promise<void> {
    this.#checks.start();
    await this.#texts?.recall((...of) => this.#reader.recall(...of));
  }

  /** Resolves when what was read is written. */
  async close(): Promise<void> {
    this.#checks.close();
    await this.#texts?.close();
  }

  promptsChanged(): void {
    this.#checks.promptsChanged();
    this.#texts?.promptsChanged();
    for (const link of this.#dead) if (!this.#checks.uses.has(link)) this.#dead.delete(link);
  }

  serversChanged(): void {
    this.#checks.serversChanged();
  }

  /** Of a resource. */
  stateOf(link: string): LinkState {
    const known = this.#reader.known(link);
    if (known === undefined) return { health: 'unknown', reason: 'it has not been looked at yet' };
    const checkedAt = known.at;
    if (known.failure === undefined) return { health: 'alive', checkedAt };
    const { health, reason, next } = known.failure;
    return { health, reason, next, checkedAt };
  }

  /** Reads what these prompts link, side by side, no longer than one read may take. Never rejects. */
  async prepare(rows: Iterable<Row>): Promise<void> {
    const links = new Set<string>();
    for (const { content } of rows)
      for (const link of resourcesOf(content)) if (this.#reader.isDue(link)) links.add(link);
    if (links.size === 0) return;
    const reads = Promise.all(Array.from(links, (link) => this.#reader.read(link)));
    await withDeadline(this.#p.clock, READ_MS, reads, () => new Error('late')).catch(() => undefined);
  }

  /** Whether all that the prompt links is known as it is now. */
  isReady({ content }: Row): boolean {
    return resourcesOf(content).every((link) => !this.#reader.isDue(link));
  }

  /** A prompt's own words, with what it links as it is known now. */
  withLinked(text: string, { content }: Row): string {
    return joined(text, this.#blocks(content));
  }

  /** The same in what a session is told at its begin, which waits for nothing: what is not known is read behind its back. */
  atBegin(text: string, row: Row): string {
    if (!hasResources(row.content)) return text;
    if (!this.isReady(row)) unawaited(this.prepare([row]));
    const byName = `read the prompt ${row.name} by its name to have it`;
    const blocks = this.#blocks(row.content, (known) => {
      if (known === undefined) return `it is being read: ${byName}`;
      const chars = known.good?.text.length ?? 0;
      return chars > MAX_AT_BEGIN ? `it has ${chars} characters: ${byName}` : undefined;
    });
    return joined(text, blocks);
  }

  /** Which texts a prompt has now, for the audit log; undefined of one that links no resource. */
  given({ content }: Row): readonly JsonObject[] | undefined {
    if (!hasResources(content)) return undefined;
    return resourcesOf(content).flatMap((link): JsonObject[] => {
      const target = parseResourceLink(link);
      if (target === undefined) return [];
      const told = this.#reader.told(link, target, content.stale === 'day');
      if (!told.ok) return [{ link: cutName(link), missing: told.reason }];
      const { good, old } = told;
      return [{ link: cutName(link), hash: good.hash, ...(old === undefined ? {} : { oldMs: Math.round(old.ms) }) }];
    });
  }

  /** Estimate (≈) of what is known of its resources. */
  tokensOf({ content }: Row): number {
    let sum = 0;
    for (const link of resourcesOf(content)) {
      const good = this.#reader.known(link)?.good;
      if (good === undefined) continue;
      const tokens = this.#tokens.get(good) ?? tokensOf(good.text);
      this.#tokens.set(good, tokens);
      sum += tokens;
    }
    return sum;
  }

  #blocks(content: Row['content'], instead?: (known: KnownLink | undefined) => string | undefined): readonly string[] {
    let room = MAX_LINKED;
    return resourcesOf(content).flatMap((link) => {
      const target = parseResourceLink(link);
      if (target === undefined) return [];
      const reason = instead?.(this.#reader.known(link));
      if (reason !== undefined) return [linkedBlock(target, { ok: false, reason })];
      const told = this.#reader.told(link, target, content.stale === 'day');
      const block = linkedBlock(target, told, room);
      if (told.ok) room = Math.max(0, room - told.good.text.length);
      return [block];
    });
  }

  #changed(link: string, known: KnownLink, before: KnownLink | undefined): void {
    if (known.failure === undefined && known.good !== undefined) this.#texts?.save(link, known.good);
    const doesOtherwise = before === undefined || known.failure?.reason !== before.failure?.reason;
    if (!doesOtherwise && known.good?.hash === before.good?.hash) return;
    this.#p.textChanged(link);
    if (!doesOtherwise) return;
    this.#journal(link, known);
    this.#p.show();
  }

  /** That it died, and that it came back; not each check. */
  #journal(link: string, { failure }: KnownLink): void {
    const prompts = this.#checks.uses.get(link);
    const isDead = failure?.health === 'dead';
    if (prompts === undefined || failure?.health === 'unknown' || isDead === this.#dead.has(link)) return;
    if (isDead) this.#dead.add(link);
    else this.#dead.delete(link);
    this.#p.db.record({
      kind: 'link_health',
      actor: 'engine',
      target: `prompt/${prompts[0] ?? ''}`,
      outcome: isDead ? 'error' : 'ok',
      message: isDead ? `${cutName(link)} is dead: ${failure.reason}` : `${cutName(link)} is alive again`,
      detail: { link: cutName(link), prompts: prompts.slice(0, 20) },
    });
  }
}

function resourcesOf(content: Row['content']): readonly string[] {
  return hasResources(content) ? linksOf(content).filter((link) => parseResourceLink(link) !== undefined) : [];
}

function joined(text: string, blocks: readonly string[]): string {
  if (blocks.length === 0) return text;
  return [...(text.trim() === '' ? [] : [text.trimEnd()]), ...blocks].join('\n\n');
}
