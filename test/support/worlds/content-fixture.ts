/** Prompts, personalities, skills and proposals of the engine in memory: what is changed is changed in the view. */
import { contentTable } from '../../../src/engine/commands/table/index.ts';
import { diffTexts } from '../../../src/engine/content/diff.ts';
import { fromDocument, toDocument } from '../../../src/engine/content/document.ts';
import { McptuiError } from '../../../src/kernel/errors.ts';
import type {
  AgentView,
  Content,
  ContentCommands,
  ContentDetail,
  ContentKind,
  EngineView,
  PersonalityContent,
  PersonalityView,
  PromptContent,
  PromptView,
  ProposalDetail,
  ProposalView,
  RevisionView,
  Saved,
  SaveOptions,
  SkillView,
  ViewPatch,
} from '../../../src/engine/index.ts';
import { composeCommands } from './compose-fixture.ts';
import { hashOf } from '../builders/content-builders.ts';
import { proposalCommands } from './proposal-fixture.ts';

export interface ContentRows {
  readonly agents?: readonly AgentView[];
  readonly prompts?: readonly PromptView[];
  readonly personalities?: readonly PersonalityView[];
  readonly skills?: readonly SkillView[];
  readonly proposals?: readonly ProposalView[];
  /** Bodies of prompts by reference; others have two lines that name them. */
  readonly bodies?: Readonly<Record<string, string>>;
  /** Body that a proposal proposes, by its id; others add a line to the live one. */
  readonly proposed?: Readonly<Record<string, string>>;
  /** Parts of a proposal's detail by its id. */
  readonly details?: Readonly<Record<string, Partial<ProposalDetail>>>;
}

/** What the commands of this fixture share. */
export interface ContentWorld {
  readonly rows: ContentRows;
  readonly now: number;
  view(): EngineView;
  patch(...patches: readonly ViewPatch[]): void;
  /** Remembers a command that changes something; throws when the test wants it to fail. */
  ask(line: string): Promise<void>;
}

type ContentMaps = Pick<EngineView, 'agents' | 'prompts' | 'personalities' | 'skills' | 'proposals'>;
/** Rows by reference, and by name where no reference is the same; made once for each view, which may hold thousands. */
const byName = new WeakMap<ReadonlyMap<string, Live>, ReadonlyMap<string, Live>>();
function namesOf(rows: ReadonlyMap<string, Live>): ReadonlyMap<string, Live> {
  let names = byName.get(rows);
  if (names === undefined) {
    const all = [...rows.values()];
    names = new Map([...all.map((row) => [row.name, row] as const), ...all.map((row) => [row.ref, row] as const)]);
    byName.set(rows, names);
  }
  return names;
}

type Live = PromptView | PersonalityView | SkillView;

export function contentMaps(rows: ContentRows = {}): ContentMaps {
  const byId = <T extends { readonly id: string }>(list: readonly T[] = []): ReadonlyMap<string, T> =>
    new Map(list.map((row) => [row.id, row]));
  return {
    agents: byId(rows.agents),
    prompts: byId(rows.prompts),
    personalities: byId(rows.personalities),
    skills: byId(rows.skills),
    proposals: byId(rows.proposals),
  };
}

/** The revisions of everything, made when they are first looked at. */
export class ContentTexts {
  readonly #world: ContentWorld;
  readonly #revisions = new Map<string, (RevisionView & { readonly text: string })[]>();

  constructor(world: ContentWorld) {
    this.#world = world;
  }

  /** By reference, or by a name that only one has. @throws McptuiError `not-found` */
  find(kind: ContentKind, ref: string): Live {
    const { prompts, personalities, skills } = this.#world.view();
    const found = namesOf({ prompt: prompts, personality: personalities, skill: skills }[kind]).get(ref);
    if (found === undefined) throw new McptuiError('not-found', `no ${kind} ${ref}`);
    return found;
  }

  content(live: Live): Content {
    if (live.kind === 'personality') return { summary: live.summary, prompts: [...live.prompts] };
    if (live.kind === 'skill') return { files: { 'SKILL.md': `# ${live.name}\n` } };
    const { summary, priority, links = [], ref, name } = live;
    const refs = links.map((one) => one.ref);
    const [link] = refs;
    const body = this.#world.rows.bodies?.[ref] ?? `You follow ${name}.\nSay what you did.`;
    return { summary, priority, ...(link === undefined ? {} : { link: refs.length === 1 ? link : refs }), body };
  }

  /** Newest first; the live one and the one before it unless more were saved. */
  of(kind: ContentKind, ref: string): (RevisionView & { readonly text: string })[] {
    const live = this.find(kind, ref);
    const key = `${kind} ${live.ref}`;
    let list = this.#revisions.get(key);
    if (list === undefined) {
      const text = toDocument(kind, this.content(live));
      const [major = '0', minor = '0', patch = '0'] = live.semver.split('.');
      const before = Number(patch) === 0 ? `${major}.${Number(minor) - 1}.0` : `${major}.${minor}.${Number(patch) - 1}`;
      const base = { kind, ref: live.ref, note: '' };
      list = [
        {
          ...base,
          id: live.revisionId,
          semver: live.semver,
          hash: live.hash,
          author: live.updatedBy,
          at: live.updatedAt,
          isCurrent: true,
          text,
        },
        {
          ...base,
          id: `${live.revisionId}_0`,
          semver: before,
          hash: hashOf(`${live.ref} before`),
          author: 'operator:bob',
          at: live.createdAt,
          isCurrent: false,
          note: 'first words',
          text: `${text}One line more than now.\n`,
        },
      ];
      this.#revisions.set(key, list);
    }
    return list;
  }

  text(kind: ContentKind, ref: string, semver = 'live'): string {
    const found = this.of(kind, ref).find((revision) => semver === 'live' || revision.semver === semver);
    if (found === undefined) throw new McptuiError('not-found', `no revision ${semver} of ${kind} ${ref}`);
    return found.text;
  }

  /** Records a revision and puts it into the view. */
  save(
    kind: ContentKind,
    ref: string,
    text: string,
    options: SaveOptions = {},
    part: Partial<RevisionView> = {},
  ): Saved {
    const live = this.find(kind, ref);
    const list = this.of(kind, ref);
    if (options.baseHash !== undefined && options.baseHash !== live.hash) {
      throw new McptuiError('conflict', `${kind} ${live.ref} has changed: live is ${live.semver}`);
    }
    const fields = fromDocument(kind, text, this.content(live));
    if (text === list[0]?.text) return { ref: live.ref, semver: live.semver, hash: live.hash };
    const semver = options.semver ?? bumped(live.semver, options.bump ?? 'patch');
    const id = `rev_${live.ref}_${list.length + 1}`;
    const hash = hashOf(text);
    const at = this.#world.now;
    const author = 'operator:ann';
    list.splice(0, list.length, ...list.map((revision) => ({ ...revision, isCurrent: false })));
    const note = options.note ?? '';
    list.unshift({ id, kind, ref: live.ref, semver, hash, author, note, at, isCurrent: true, ...part, text });
    const value = { ...live, semver, hash, revisionId: id, length: text.length, updatedAt: at, updatedBy: author };
    this.#put({ ...value, ...shown(fields as unknown as Content, kind) });
    return { ref: live.ref, semver, hash, revisionId: id };
  }

  #put(value: Live): void {
    if (value.kind === 'prompt') this.#world.patch({ op: 'put', kind: 'prompts', value });
    else if (value.kind === 'personality') this.#world.patch({ op: 'put', kind: 'personalities', value });
    else this.#world.patch({ op: 'put', kind: 'skills', value });
  }
}

function withoutText(revision: RevisionView & { readonly text: string }): RevisionView {
  const { text: _, ...rest } = revision;
  return rest;
}

/** What of a content its row shows. */
function shown(content: Content, kind: ContentKind): object {
  if (kind === 'prompt') {
    const { summary, priority } = content as PromptContent;
    return { summary, priority };
  }
  if (kind === 'skill') return {};
  const { summary, prompts } = content as PersonalityContent;
  return { summary, prompts };
}

function bumped(semver: string, bump: 'major' | 'minor' | 'patch'): string {
  const [major = 0, minor = 0, patch = 0] = semver.split('.').map(Number);
  if (bump === 'major') return `${major + 1}.0.0`;
  return bump === 'minor' ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`;
}

export function contentFixture(world: ContentWorld): ContentCommands {
  const texts = new ContentTexts(world);
  const asked = (name: string, args: readonly unknown[]): Promise<void> =>
    world.ask([name, ...args.map((arg) => JSON.stringify(arg))].join(' '));
  // What a test needs to see of the others is only that they were asked for.
  const remembered = Object.fromEntries(
    Object.keys(contentTable).map((name) => [name, (...args: readonly unknown[]) => asked(name, args)]),
  ) as unknown as ContentCommands;
  const rebind = async (
    line: readonly [name: string, ...args: readonly unknown[]],
    personality: string,
    change: (prompts: readonly string[]) => readonly string[],
  ): Promise<Saved> => {
    await asked(line[0], line.slice(1));
    const live = texts.find('personality', personality) as PersonalityView;
    const content = { summary: live.summary, prompts: [...change(live.prompts)] };
    return texts.save('personality', personality, toDocument('personality', content));
  };
  return {
    ...remembered,
    async contentDetail(kind, ref): Promise<ContentDetail> {
      const view = texts.find(kind, ref);
      const text = texts.text(kind, ref);
      const usedBy = [...world.view().personalities.values()].filter(({ prompts }) => prompts.includes(view.ref));
      return {
        view,
        content: fromDocument(kind, text, texts.content(view)) as unknown as Content,
        text,
        usedBy: usedBy.map((row) => row.ref),
        tokens: Math.ceil(text.length / 4),
        unusual: [],
        variables: [...new Set(Array.from(text.matchAll(/{{(\w+)}}/g), ([, name = '']) => name))],
      };
    },
    revisions: async (kind, ref) => texts.of(kind, ref).map(withoutText),
    revisionText: async (kind, ref, semver) => texts.text(kind, ref, semver),
    async diffContent(kind, ref, left, right = 'live') {
      const from = left ?? texts.of(kind, ref)[1]?.semver ?? 'live';
      const a = { label: from, text: texts.text(kind, ref, from) };
      return diffTexts(a, { label: right, text: texts.text(kind, ref, right) });
    },
    diffText: async (kind, ref, text) =>
      diffTexts({ label: 'live', text: texts.text(kind, ref) }, { label: 'edited', text }),
    async saveContent(kind, ref, change, save) {
      await asked('saveContent', [kind, ref, change, ...(save === undefined ? [] : [save])]);
      return texts.save(kind, ref, 'text' in change ? change.text : toDocument(kind, change.content), save);
    },
    async restoreContent(kind, ref, semver, note) {
      await asked('restoreContent', [kind, ref, semver, ...(note === undefined ? [] : [note])]);
      const options = note === undefined ? {} : { note };
      return texts.save(kind, ref, texts.text(kind, ref, semver), options, { restored: semver });
    },
    attachPrompt: (personality, prompt, position) =>
      rebind(['attachPrompt', personality, prompt, position], personality, (prompts) => {
        const rest = prompts.filter((ref) => ref !== prompt);
        return rest.toSpliced(position ?? rest.length, 0, prompt);
      }),
    detachPrompt: (personality, prompt) =>
      rebind(['detachPrompt', personality, prompt], personality, (prompts) => prompts.filter((ref) => ref !== prompt)),
    async bindChoices(personality) {
      const live = texts.find('personality', personality) as PersonalityView;
      return [...world.view().prompts.values()].map(({ ref, scope, semver, agent }) => {
        const position = live.prompts.indexOf(ref);
        const isOthers = scope === 'agent' && agent !== live.agent;
        return {
          ref,
          scope,
          semver,
          ...(position === -1 ? {} : { position }),
          ...(isOthers ? { refusal: 'SCOPE other agent' } : {}),
        };
      });
    },
    ...composeCommands(world, texts),
    ...proposalCommands(world, texts, asked),
  };
}
