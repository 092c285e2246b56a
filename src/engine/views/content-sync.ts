/** Keeps the view's agents, prompts, personalities, skills and proposals as the store has them. */
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import type { ViewState } from './view-state.ts';
import type { ViewPatch, ViewRows } from './view.ts';
import { personalityView, promptView, proposalView, skillView } from './content-views.ts';
import { nobodyLooks, type StateOfLink } from '../content/links/link-views.ts';
import { agentView } from '../content/places.ts';

type Kind = 'agents' | 'prompts' | 'personalities' | 'skills' | 'proposals';
const kinds: readonly Kind[] = ['agents', 'prompts', 'personalities', 'skills', 'proposals'];

interface Shown<K extends Kind> {
  /** The record that the row was made of, and what a model has made of it. */
  readonly record: object;
  readonly digest: object | undefined;
  readonly value: ViewRows[K];
}

const NONE: readonly unknown[] = [];

export class ContentSync {
  readonly #db: Database<Shape>;
  readonly #stateOfLink: StateOfLink;
  readonly #shown: { readonly [K in Kind]: Map<string, Shown<K>> } = {
    agents: new Map(),
    prompts: new Map(),
    personalities: new Map(),
    skills: new Map(),
    proposals: new Map(),
  };

  /** What each collection was when it was compared last: the same array means that nothing was written since. */
  readonly #compared = new Map<Kind, readonly unknown[]>();
  #digests: readonly unknown[] = NONE;

  constructor(db: Database<Shape>, stateOfLink: StateOfLink = nobodyLooks) {
    this.#db = db;
    this.#stateOfLink = stateOfLink;
  }

  /** Everything as it is now, for a new view. */
  first(): { readonly [K in Kind]: ReadonlyMap<string, ViewRows[K]> } {
    for (const kind of kinds) this.#compare(kind);
    const values = <K extends Kind>(kind: K): ReadonlyMap<string, ViewRows[K]> =>
      new Map([...this.#shown[kind]].map(([id, { value }]) => [id, value]));
    return {
      agents: values('agents'),
      prompts: values('prompts'),
      personalities: values('personalities'),
      skills: values('skills'),
      proposals: values('proposals'),
    };
  }

  /** Marks what differs from what was shown last. */
  mark(state: ViewState): void {
    for (const kind of kinds) {
      for (const patch of this.#compare(kind)) {
        const id = patch.op === 'put' ? patch.value.id : patch.op === 'delete' ? patch.id : '';
        state.mark(`${kind}/${id}`, () => patch);
      }
    }
  }

  /** Rows whose record is the same object are not made again, unless they depend on other records. */
  #compare(kind: Kind): readonly ViewPatch[] {
    const shown = this.#shown[kind] as Map<string, Shown<Kind>>;
    const patches: ViewPatch[] = [];
    const records = this.#db.collection(kind).all();
    const digests = kind === 'prompts' ? this.#db.collection('digests').all() : NONE;
    const isSame = this.#compared.get(kind) === records && (kind !== 'prompts' || this.#digests === digests);
    this.#compared.set(kind, records);
    if (kind === 'prompts') this.#digests = digests;
    for (const record of isSame ? records.filter(({ id }) => dependsOnOthers(shown.get(id)?.value)) : records) {
      const before = shown.get(record.id);
      const digest = kind === 'prompts' ? this.#digestOf(record as Shape['prompts']) : undefined;
      const isOld = before?.record === record && before.digest === digest;
      if (isOld && !dependsOnOthers(before.value)) continue;
      const value = this.#view(kind, record);
      if (isOld && JSON.stringify(before.value) === JSON.stringify(value)) continue;
      shown.set(record.id, { record, digest, value });
      patches.push({ op: 'put', kind, value } as ViewPatch);
    }
    if (shown.size > records.length) {
      const ids = new Set(records.map(({ id }) => id));
      for (const id of shown.keys()) {
        if (ids.has(id)) continue;
        shown.delete(id);
        patches.push({ op: 'delete', kind, id });
      }
    }
    return patches;
  }

  #digestOf({ current }: Shape['prompts']): object | undefined {
    return this.#db.collection('digests').find(current.hash);
  }

  #view(kind: Kind, record: { readonly id: string }): ViewRows[Kind] {
    const db = this.#db;
    switch (kind) {
      case 'agents':
        return agentView(record as Shape['agents']);
      case 'prompts':
        return promptView(db, record as Shape['prompts'], this.#stateOfLink);
      case 'personalities':
        return personalityView(db, record as Shape['personalities']);
      case 'skills':
        return skillView(record as Shape['skills']);
      case 'proposals':
        return proposalView(db, record as Shape['proposals']);
    }
  }
}

/** Whether the link is there, whether it is the default, whether live has moved on. */
function dependsOnOthers(value: ViewRows[Kind] | undefined): boolean {
  if (value === undefined) return false;
  if ('linkState' in value) return value.linkState !== 'none';
  return 'prompts' in value || ('state' in value && value.state === 'pending');
}
