/** The answer to an agent's `initialize`: from what is known now, because clients do not wait for slow servers. */
import { version } from '../version.ts';
import { profileOf } from './client-profile.ts';
import type { RouterCore } from './core.ts';
import { negotiateDownstream, ownCapabilities, transparentCapabilities } from './eras/legacy.ts';
import type { Incoming } from './incoming.ts';
import { isMap, mapAt, stringAt, type WireMap } from './message.ts';
import type { Project } from './project.ts';
import { SEPARATOR } from './qualified-name.ts';
import { resultLine } from './rpc-errors.ts';

/** Of one server's instructions. */
const MAX_INSTRUCTIONS_CHARS = 8 * 1024;

/** The name stands in every trace of the session. */
const MAX_CLIENT_CHARS = 100;

export const OWN_INFO = { name: 'mcptui', version } as const;

/** `own`: what mcptui itself has to say, before the servers' words. */
export function answerInitialize(core: RouterCore, incoming: Incoming, own: string): void {
  const { session, project, sink, idText, params } = incoming;
  session.version = negotiateDownstream(params?.['protocolVersion']);
  session.capabilities = mapAt(params, 'capabilities') ?? {};
  session.profile = session.takesAny ? project.shownProfile : profileOf(session.capabilities);
  const info = mapAt(params, 'clientInfo');
  const said = [stringAt(info, 'name'), stringAt(info, 'version')].filter((part) => part !== undefined).join(' ');
  session.client = said.slice(0, MAX_CLIENT_CHARS) || '-';
  core.counted(session);
  const instructions = [own, instructionsOf(project)].filter((text) => text !== '').join('\n\n');
  const lone = project.transparent?.info;
  const result = {
    protocolVersion: session.version,
    capabilities: lone === undefined ? ownCapabilities() : transparentCapabilities(lone.capabilities),
    serverInfo: lone === undefined ? OWN_INFO : lone.serverInfo,
    ...(instructions === '' ? {} : { instructions }),
  };
  sink.send(resultLine(idText, JSON.stringify(result)));
}

/** A lone server's own words; else one section a server, in the project's order. */
function instructionsOf(project: Project): string {
  const lone = project.transparent?.info;
  if (lone !== undefined) return lone.instructions ?? '';
  const sections = project.pools.flatMap((pool) => {
    const text = pool.info?.instructions;
    if (text === undefined || text.trim() === '') return [];
    const prefix = pool.routed?.prefix ?? pool.name;
    const heading = prefix === '' ? `## ${pool.name}` : `## ${pool.name} (its tools begin with ${prefix}${SEPARATOR})`;
    return [`${heading}\n\n${text.slice(0, MAX_INSTRUCTIONS_CHARS)}`];
  });
  return sections.join('\n\n');
}

/** What an upstream's `initialize` result must have. */
export function readServerInfo(result: WireMap): { readonly name: string; readonly version: string } {
  const info = result['serverInfo'];
  if (!isMap(info)) return { name: '', version: '' };
  return { ...info, name: stringAt(info, 'name') ?? '', version: stringAt(info, 'version') ?? '' };
}
