/** Puts an import into words: what an entry becomes, and how. Holds no secret. Pure. */
import { HIDDEN, hidden, secretsIn } from '../secret-looks.ts';
import type { Draft, ImportItem } from './draft.ts';

/** What it runs: `npm:@x/github`, `image mcp/github`, `http https://…`. */
export function sourceWords({ source }: Draft): string {
  switch (source.kind) {
    case 'package':
      return source.package;
    case 'image':
      return `image ${source.image}`;
    case 'command':
      return `command ${shownWords(source.command).join(' ')}`;
    case 'url':
      return `${source.transport === 'sse' ? 'sse' : 'http'} ${source.url.split('?', 1)[0] ?? ''}`;
  }
}

/** A secret that is a word of its own is hidden however short it is. */
function shownWords(words: readonly string[]): readonly string[] {
  const secrets = secretsIn(words);
  return words.map((word) => (secrets.includes(word) ? HIDDEN : hidden(word, secrets)));
}

/** One sentence for each thing that changes; of one that is not taken, why. */
export function changeWords({ secrets, needs, notes, reason }: ImportItem): readonly string[] {
  return [
    ...(reason === undefined ? [] : [reason]),
    ...secrets.map(({ of, name }) => `${of} → secret:file/${name}`),
    ...needs.map(({ secret, title }) => `asks for "${title}", kept as secret:file/${secret}`),
    ...notes,
  ];
}

/** An item for programs: without a value. */
export function shownItem(item: ImportItem): { readonly name: string } & Readonly<Record<string, unknown>> {
  const { from, name, state, draft, secrets, needs, isDisabled } = item;
  return {
    name,
    state,
    ...from,
    disabled: isDisabled,
    ...(draft === undefined
      ? {}
      : { project: draft.project, kind: draft.source.kind, source: sourceWords(draft), replicas: draft.replicas }),
    env: draft?.env.map((entry) => entry.name) ?? [],
    secrets: secrets.map(({ name: secret, of }) => ({ name: `file/${secret}`, of })),
    needs: needs.map(({ secret, title }) => ({ name: `file/${secret}`, title })),
    changes: changeWords(item),
  };
}
