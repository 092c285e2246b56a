/** Writes a list as a session sees it: the project's, built-in items behind it, without what a stage hides. */
import { KEY_OF } from '../lists/definition-check.ts';
import { LISTS } from '../lists/list-cache.ts';
import type { ListKind } from '../types/lists.ts';
import { parseForeign } from '../../kernel/foreign.ts';
import { isMap, mapsAt, stringAt, type WireMap } from '../wire/message.ts';
import type { BuiltinRequests } from './builtin/builtin-requests.ts';
import type { Incoming } from './incoming.ts';
import type { StageList } from './stage-list.ts';

export class SeenLists {
  readonly #stages: StageList;
  readonly #builtin: BuiltinRequests;

  constructor(stages: StageList, builtin: BuiltinRequests) {
    this.#stages = stages;
    this.#builtin = builtin;
  }

  /** The JSON of the result: the same text for all sessions where nothing is hidden. */
  resultText(incoming: Incoming, kind: ListKind): string {
    const { session, view } = incoming;
    const text = kind === 'templates' ? view.resultText(kind) : this.#builtin.resultText(incoming, kind);
    if (!this.#stages.hides(session)) return text;
    const result = parseForeign(text);
    if (!isMap(result)) return text;
    const { key } = LISTS[kind];
    const sees = (item: WireMap): boolean => {
      const name = stringAt(item, KEY_OF[kind]) ?? '';
      return this.#stages.sees(session, kind, name, item, view.serverOf(kind, name));
    };
    return JSON.stringify({ ...result, [key]: mapsAt(result, key).filter(sees) });
  }
}
