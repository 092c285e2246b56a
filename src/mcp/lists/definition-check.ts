/**
 * Checks what servers list where it comes in: a definition that clients can read passes as it is, one that a client would
 * refuse together with the whole list is mended where that is certain, or left out with the reason. Pure.
 */
import { cutName, cutText } from '../../kernel/foreign.ts';
import type { ListKind, Oddity } from '../types/lists.ts';
import { isMap, type WireMap } from '../wire/message.ts';
import {
  anyMap,
  between,
  finite,
  flag,
  icons,
  instant,
  isText,
  kindOf,
  listOf,
  members,
  needing,
  oneOf,
  text,
  withRules,
  type Rule,
} from '../wire/member-rules.ts';
import { checkInputSchema, outputSchema } from './schema-check.ts';

/** Oddities of one list that are kept; of the rest there is a number. */
export const MAX_ODDITIES = 200;
/** Findings of one definition that are told. */
const MAX_FINDINGS = 8;

/** The member by which definitions of a list are told apart. */
export const KEY_OF: Readonly<Record<ListKind, 'name' | 'uri' | 'uriTemplate'>> = {
  tools: 'name',
  prompts: 'name',
  resources: 'uri',
  templates: 'uriTemplate',
};

const base = { title: text, description: text, icons, _meta: anyMap };
const hints = { readOnlyHint: flag, destructiveHint: flag, idempotentHint: flag, openWorldHint: flag };
const placed = {
  ...base,
  mimeType: text,
  annotations: members({
    audience: listOf(oneOf('user', 'assistant'), { takesOne: isText }),
    priority: between(0, 1),
    lastModified: instant,
  }),
};

const RULES: Readonly<Record<ListKind, Readonly<Record<string, Rule>>>> = {
  tools: {
    ...base,
    outputSchema,
    annotations: members({ title: text, ...hints }),
    execution: members({ taskSupport: oneOf('required', 'optional', 'forbidden') }),
  },
  prompts: {
    ...base,
    arguments: listOf(needing('name', { title: text, description: text, required: flag })),
  },
  resources: { ...placed, size: finite },
  templates: placed,
};
const NAMES: Readonly<Record<ListKind, readonly string[]>> = {
  tools: Object.keys(RULES.tools),
  prompts: Object.keys(RULES.prompts),
  resources: Object.keys(RULES.resources),
  templates: Object.keys(RULES.templates),
};

/** One definition, as clients get it: the very same object when all of them can read it. */
export function checkDefinition(kind: ListKind, given: unknown, found: string[]): WireMap | undefined {
  if (!isMap(given)) {
    found.push(`it is ${kindOf(given)}, not an object`);
    return undefined;
  }
  const key = KEY_OF[kind];
  if (typeof given[key] !== 'string') {
    found.push(Object.hasOwn(given, key) ? `its ${key} is ${kindOf(given[key])}, not a string` : `it has no ${key}`);
    return undefined;
  }
  let item = withRules(given, NAMES[kind], RULES[kind], '', found);
  if (key !== 'name' && typeof item['name'] !== 'string') {
    found.push(`name is ${Object.hasOwn(item, 'name') ? kindOf(item['name']) : 'missing'}: read as its ${key}`);
    item = { ...item, name: item[key] };
  }
  if (kind !== 'tools') return item;
  const { schema, leftOut } = checkInputSchema(item['inputSchema'], found);
  if (leftOut !== undefined) {
    found.push(leftOut);
    return undefined;
  }
  return schema === item['inputSchema'] ? item : { ...item, inputSchema: schema };
}

/** Takes in a server's list page by page; a definition that comes twice counts once. */
export class ListIntake {
  readonly items: WireMap[] = [];
  readonly #kind: ListKind;
  readonly #known = new Map<string, WireMap>();
  readonly #oddities: Oddity[] = [];
  /** Names of what was left out. */
  readonly #leftOut = new Set<string>();
  #nameless = 0;
  #unlisted = 0;
  #count = 0;

  constructor(kind: ListKind) {
    this.#kind = kind;
  }

  /** Those of one page; returns how many are new. */
  add(page: readonly unknown[]): number {
    const before = this.#seen;
    for (const given of page) this.#take(given);
    return this.#seen - before;
  }

  get #seen(): number {
    return this.items.length + this.#leftOut.size + this.#nameless;
  }

  get oddities(): readonly Oddity[] {
    if (this.#unlisted === 0) return this.#oddities;
    const rest = { name: `${this.#unlisted} more`, problem: 'not told one by one', isLeftOut: false, given: undefined };
    return [...this.#oddities, rest];
  }

  #take(given: unknown): void {
    this.#count += 1;
    const found: string[] = [];
    const item = checkDefinition(this.#kind, given, found);
    const key = isMap(given) ? given[KEY_OF[this.#kind]] : undefined;
    const name = typeof key === 'string' ? key : `#${this.#count}`;
    if (item === undefined) {
      if (typeof key === 'string') this.#leftOut.add(key);
      else this.#nameless += 1;
      return this.#tell(name, found, given, true);
    }
    const first = this.#known.get(name);
    if (first !== undefined) {
      // A page that comes again is no news; another definition of this name is.
      if (JSON.stringify(first) !== JSON.stringify(item)) {
        this.#tell(name, ['the server lists another one of this name first'], given, true);
      }
      return;
    }
    this.#known.set(name, item);
    this.items.push(item);
    if (found.length > 0) this.#tell(name, found, given, false);
  }

  #tell(name: string, found: readonly string[], given: unknown, isLeftOut: boolean): void {
    const shown = cutName(name);
    const isTold = (one: Oddity): boolean => one.name === shown && one.isLeftOut === isLeftOut;
    if (this.#oddities.some(isTold)) return;
    if (this.#oddities.length >= MAX_ODDITIES) return void (this.#unlisted += 1);
    const more = found.length > MAX_FINDINGS ? `; and ${found.length - MAX_FINDINGS} more` : '';
    const problem = cutText(`${found.slice(0, MAX_FINDINGS).join('; ')}${more}`);
    this.#oddities.push({ name: shown, problem, isLeftOut, given: isMap(given) ? given : undefined });
  }
}
