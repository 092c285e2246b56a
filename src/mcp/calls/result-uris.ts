/** URIs inside results: seen, so that they can be read later, and mapped where two servers claim the same. */
import { mapAt, mapsAt, type WireMap } from '../wire/message.ts';
import type { Project } from '../projects/project.ts';
import type { ProjectView } from '../projects/project-view.ts';

/** A lone server's URIs need neither. */
export function needsUriLook(method: string, project: Project): boolean {
  if (project.pools.length < 2) return false;
  return method === 'tools/call' || method === 'prompts/get' || method === 'resources/read';
}

/** Changes the parsed answer in place; true when it did. */
export function mapResultUris(view: ProjectView, server: string, method: string, message: WireMap): boolean {
  const result = mapAt(message, 'result');
  if (result === undefined) return false;
  let isChanged = false;
  for (const holder of uriHolders(method, result)) {
    const { uri } = holder;
    if (typeof uri !== 'string') continue;
    const exposed = view.exposeUri(server, uri);
    if (exposed === uri) {
      view.learnUri(server, uri);
      continue;
    }
    holder['uri'] = exposed;
    isChanged = true;
  }
  return isChanged;
}

/** The objects of a result whose `uri` is one of the server's. */
function uriHolders(method: string, result: WireMap): WireMap[] {
  if (method === 'resources/read') return mapsAt(result, 'contents');
  const items =
    method === 'prompts/get'
      ? mapsAt(result, 'messages').map((message) => mapAt(message, 'content') ?? {})
      : mapsAt(result, 'content');
  return items.flatMap((item) => {
    if (item['type'] === 'resource_link') return [item];
    const embedded = item['type'] === 'resource' ? mapAt(item, 'resource') : undefined;
    return embedded === undefined ? [] : [embedded];
  });
}
