/** Judges a draft of a definition: by the schema, then by what only a person would see wrong in it. Pure. */
import { checkedUrl } from '../../kernel/url.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { flagsFor, urlRefusal } from '../../mcp/index.ts';
import { serverSchema, type Server } from '../../store/schema/server.ts';
import { mayBeAway, runtimesFor } from '../runtimes/registry.ts';
import { filled } from '../secrets/references.ts';
import { isLogin, refsOfServer } from '../secrets/resolver.ts';
import { draftFault } from './draft-faults.ts';
import { refuseInUrl, refusePlaceholders } from './placeholders.ts';
import type { ServerDraft } from './server-draft.ts';

/**
 * `before`: the definition that it changes, whose texts are meant as they stand.
 * @throws McptuiError `invalid` by flags and names
 */
export function checkedDraft(
  draft: ServerDraft,
  engineFields: Pick<Server, 'id' | 'revision' | 'createdAt' | 'updatedAt'>,
  before?: Server,
): Server {
  const { literal, proxyMode: _dropped, ...given } = draft;
  refuseOddUrl(draft, before);
  const parsed = serverSchema.safeParse({ ...given, ...engineFields });
  if (!parsed.success) throw draftFault(given, parsed.error);
  const server = parsed.data;
  if (literal !== true) refusePlaceholders(server, before);
  refuseMismatch(server);
  refuseLooseFile(server);
  refuseAddress(server);
  refuseLooseSecret(server);
  refuseLogins(server);
  return server;
}

/** A login is of one server: no definition may hand it to another. */
function refuseLogins(server: Server): void {
  const { name } = server;
  const login = refsOfServer(server).find(isLogin);
  if (login === undefined) return;
  throw new McptuiError('invalid', `server ${name}: secret ${login.backend}/${login.path} is the login of a server`, {
    hint: `log in to this one separately: mcptui login ${name}`,
  });
}

function refuseMismatch(server: Server): void {
  const { kind } = server.source;
  const wanted = runtimesFor(kind);
  if (!wanted.includes(server.runtime)) {
    throw new McptuiError('invalid', `server ${server.name}: a ${kind} does not run on ${server.runtime}`, {
      hint: `use --runtime ${wanted.join(' or ')}`,
    });
  }
}

/** Only a container has a folder in memory that it alone can read. */
function refuseLooseFile({ name, env, runtime }: Server): void {
  const file = env.find((entry) => 'secret' in entry && entry.as === 'file');
  if (file === undefined || mayBeAway(runtime)) return;
  throw new McptuiError('invalid', `server ${name}: --secret-file ${file.name} is for servers in a container`, {
    hint: `--env ${file.name}=secret:… gives it to this one`,
  });
}

/** Refuses a text that is not a URL, and a secret in the host: nobody would see where it leads. */
function refuseOddUrl({ name, source, literal }: ServerDraft, live: Server | undefined): void {
  // What comes over the API has not been looked at yet.
  const given: { readonly kind?: unknown; readonly url?: unknown } | null | undefined = source;
  const { kind, url } = given ?? {};
  if (kind !== 'url' || typeof url !== 'string') return;
  const [, authority = ''] = /^[a-z]{1,8}:\/\/([^?#]{0,300})/i.exec(url) ?? [];
  const before = authority.search(/\{secret:[a-z]|secret:(?:env|file)\//);
  if (before === -1 || authority.slice(0, before).includes('/')) {
    const isKnown = live?.source.kind === 'url' && live.source.url === url;
    if (literal !== true && !isKnown) refuseInUrl(name, url);
    return;
  }
  throw new McptuiError('invalid', `server ${name}: --url: a secret may stand in its path and in its query only`, {
    hint: "a user and a password: --header 'Authorization=Basic secret:file/NAME'",
  });
}

/** What the URL alone tells; a name is judged when it is connected to. */
function refuseAddress({ name, source }: Server): void {
  if (source.kind !== 'url') return;
  const url = checkedUrl(filled(source.url, 'url', () => 'x'));
  const why = urlRefusal(url, source.allowPrivate, source.allowHttp);
  if (why === undefined) return;
  const flags = flagsFor(url, why);
  const hint =
    flags === ''
      ? "give secrets with --header, such as 'Authorization=Basic secret:file/…'"
      : `use https where that is possible; if you trust that server and the network up to it: ${flags}`;
  throw new McptuiError('invalid', `server ${name}: ${why}`, { hint });
}

/** With client credentials nobody looks where the secret goes: it must be said. */
function refuseLooseSecret({ name, source }: Server): void {
  if (source.kind !== 'url' || source.oauth === undefined) return;
  const { clientSecret, grant, issuer } = source.oauth;
  if (clientSecret === undefined || grant !== 'client-credentials' || issuer !== undefined) return;
  throw new McptuiError('invalid', `server ${name}: a client secret needs the authorization server that it is for`, {
    hint: 'name it with --oauth-issuer URL: no other one gets the secret',
  });
}
