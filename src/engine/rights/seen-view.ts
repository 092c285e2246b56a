/** Leaves of the view, and of its patches, what a principal may see. */
import type { Sees } from '../commands/table/entry.ts';
import { applyPatches, emptyView, viewAsPatches, viewKinds } from '../views/view-state.ts';
import type { EngineView, ViewKind, ViewPatch, ViewRows } from '../views/view.ts';
import type { Meant, Thing } from './meant.ts';

/** What has to be viewed of each row to be shown it. */
const thingsOf: { readonly [K in ViewKind]: (meant: Meant, row: ViewRows[K]) => readonly Thing[] } = {
  projects: (meant, { name }) => [meant.project(name)],
  servers: (_meant, { name, project }) => [{ kind: 'server', name, project }],
  instances: (_meant, { server, project, model }) => [
    model === undefined ? { kind: 'server', name: server, project } : { kind: 'model', name: model },
  ],
  upstreams: (_meant, { server, project }) => [{ kind: 'server', name: server, project }],
  sessions: (_meant, { id, project }) => [{ kind: 'session', name: id, project }],
  endedSessions: (_meant, { id, project }) => [{ kind: 'session', name: id, project }],
  agents: (_meant, { name, project }) => [{ kind: 'agent', name, project }],
  prompts: (meant, row) => meant.placed('prompt', row),
  personalities: (meant, row) => meant.placed('personality', row),
  skills: (meant, row) => meant.placed('skill', row),
  proposals: (meant, { id }) => meant.proposal(id),
  secrets: (_meant, { name }) => [{ kind: 'secret', name }],
};

function isSeen(meant: Meant, sees: Sees, kind: ViewKind, row: ViewRows[ViewKind]): boolean {
  const things = thingsOf[kind] as (meant: Meant, row: ViewRows[ViewKind]) => readonly Thing[];
  return sees(things(meant, row));
}

/** A row that may be seen no more is deleted; one of which nothing was shown is deleted without harm. */
export function seenPatches(meant: Meant, sees: Sees, patches: readonly ViewPatch[]): readonly ViewPatch[] {
  return patches.map((patch) =>
    patch.op !== 'put' || isSeen(meant, sees, patch.kind, patch.value)
      ? patch
      : { op: 'delete', kind: patch.kind, id: patch.value.id },
  );
}

/** A view of its own, row by row. */
export function seenView(meant: Meant, sees: Sees, view: EngineView): EngineView {
  const shown = viewAsPatches(view).filter(
    (patch) => patch.op !== 'put' || isSeen(meant, sees, patch.kind, patch.value),
  );
  return applyPatches(emptyView(view.info, view.audit), shown);
}

/** Patches that turn one view into the other: what a change of rights shows and hides. */
export function patchesBetween(before: EngineView, after: EngineView): readonly ViewPatch[] {
  return viewKinds.flatMap((kind) => {
    const gone = [...before[kind].keys()].filter((id) => !after[kind].has(id));
    const put = [...after[kind].values()].filter((row) => before[kind].get(row.id) !== row);
    return [
      ...gone.map((id): ViewPatch => ({ op: 'delete', kind, id })),
      ...put.map((value) => ({ op: 'put', kind, value }) as ViewPatch),
    ];
  });
}
