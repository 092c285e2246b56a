/** Lists the kinds of documents. */
import { documentKinds, type DocumentKind } from '../kind-names.ts';
import { bindingKind, roleKind } from './access.ts';
import { backendKind } from './backend.ts';
import { personalityKind, promptKind, skillKind } from './content.ts';
import type { Kind } from './kind.ts';
import { modelKind } from './model.ts';
import { agentKind, projectKind } from './places.ts';
import { serverKind } from './server.ts';

export const kinds: Readonly<Record<DocumentKind, Kind>> = {
  role: roleKind,
  project: projectKind,
  backend: backendKind,
  model: modelKind,
  server: serverKind,
  agent: agentKind,
  prompt: promptKind,
  skill: skillKind,
  personality: personalityKind,
  binding: bindingKind,
};

/** Where a kind stands among those that it may need. */
export function orderOf(kind: DocumentKind): number {
  return documentKinds.indexOf(kind);
}
