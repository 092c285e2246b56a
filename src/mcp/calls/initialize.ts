/** Answers an agent's `initialize` from what is known now, because clients do not wait for slow servers. */
import { profileOf } from '../eras/client-profile.ts';
import { ROUTER_INFO } from '../eras/router-info.ts';
import { negotiateDownstream, ownCapabilities, transparentCapabilities } from '../eras/legacy.ts';
import { META, MODERN_VERSIONS, isModernVersion, modernCapabilities } from '../eras/modern.ts';
import { fail, type Incoming } from './incoming.ts';
import { LIST_KINDS, LISTS } from '../lists/list-cache.ts';
import { isUndeclared } from '../lists/list-fetch.ts';
import { mapAt, stringAt, type WireMap } from '../wire/message.ts';
import type { OwnWords } from '../types/builtin.ts';
import type { ServerPool } from '../servers/pool.ts';
import type { Project } from '../projects/project.ts';
import { serverWords } from '../projects/server-words.ts';
import { resultLine, RPC } from '../wire/rpc-errors.ts';
import type { Session } from '../downstream/session.ts';
import { introductionRefusal, type ClientIntroduction } from '../eras/client-introduction.ts';

/** The name stands in every trace of the session. */
const MAX_CLIENT_CHARS = 100;

/** `own`: what mcptui itself has to say, before the servers' words. */
export function answerInitialize(counted: (session: Session) => void, incoming: Incoming, own: OwnWords): void {
  const { session, project, sink, idText, params } = incoming;
  const version = negotiateDownstream(params?.['protocolVersion']);
  const capabilities = mapAt(params, 'capabilities') ?? {};
  const refusal = introductionRefusal(capabilities, params?.['clientInfo']);
  if (refusal !== undefined) return fail(incoming, { code: RPC.invalidParams, message: `Invalid params: ${refusal}` });
  introduce(project, session, { version, capabilities, clientInfo: mapAt(params, 'clientInfo') });
  counted(session);
  const result = { protocolVersion: version, ...described(project, own, version) };
  sink.send(resultLine(idText, JSON.stringify(result)));
}

/** The same for `server/discover`, which revisions have that begin without `initialize`. */
export function answerDiscover(incoming: Incoming, own: OwnWords): void {
  const { session, project, sink, idText } = incoming;
  if (!isModernVersion(session.version)) {
    return fail(incoming, { code: RPC.methodNotFound, message: 'Method not found: server/discover' });
  }
  const { capabilities, serverInfo, instructions } = described(project, own);
  const result = {
    supportedVersions: MODERN_VERSIONS,
    capabilities: modernCapabilities(capabilities),
    ...(instructions === undefined ? {} : { instructions }),
    _meta: { [META.serverInfo]: serverInfo },
  };
  sink.send(resultLine(idText, JSON.stringify(result)));
}

/** Learns who the client is and what it can do. */
export function introduce(project: Project, session: Session, client: ClientIntroduction): void {
  const { version, capabilities, clientInfo } = client;
  session.version = version;
  session.capabilities = capabilities;
  session.profile = session.takesAny ? project.shownProfile : profileOf(capabilities);
  const said = [stringAt(clientInfo, 'name'), stringAt(clientInfo, 'version')].filter((part) => part !== undefined);
  session.client = said.join(' ').slice(0, MAX_CLIENT_CHARS) || '-';
}

function described(project: Project, own: OwnWords, version?: string) {
  const servers = own.servers ? instructionsOf(project, own.speaks) : '';
  const instructions = [own.text, servers].filter((text) => text !== '').join('\n\n');
  const lone = project.transparent?.info;
  return {
    capabilities:
      lone === undefined
        ? ownCapabilities(version)
        : transparentCapabilities({ ...undeclaredBy(project.transparent), ...lone.capabilities }),
    serverInfo: lone === undefined ? ROUTER_INFO : lone.serverInfo,
    ...(instructions === '' ? {} : { instructions }),
  };
}

/** Lists that a lone server answers for without a word of them. */
function undeclaredBy(pool: ServerPool | undefined): WireMap {
  const upstreams = [...(pool?.upstreams ?? [])];
  const kinds = LIST_KINDS.filter((kind) => upstreams.some((upstream) => isUndeclared(upstream, kind)));
  return Object.fromEntries(kinds.map((kind) => [LISTS[kind].capability, {}]));
}

/** A lone server's own words; else one section a server, in the project's order. */
function instructionsOf(project: Project, speaks: OwnWords['speaks'] = () => true): string {
  const lone = project.transparent?.info;
  if (lone !== undefined) return lone.instructions ?? '';
  return serverWords(project)
    .filter(({ server }) => speaks(server))
    .map(({ text }) => text)
    .join('\n\n');
}
