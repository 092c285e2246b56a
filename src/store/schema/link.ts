/** Reads what a prompt links: another prompt, or a resource of a server, written `project/server:uri`. Pure. */

/** A resource as its server names it; a server belongs to one project. */
export interface ResourceLink {
  readonly project: string;
  readonly server: string;
  readonly uri: string;
}

/** Links of one prompt. */
export const MAX_LINKS = 8;
/** Characters of a URI, as of those that agents ask for. */
const MAX_URI = 2_048;

const PROMPT = /^(?:(?:project|agent):[a-z0-9-]+\/)?[a-z0-9-]+$/;
/** The first slash and the first colon behind it: a URI has more of both. */
const RESOURCE = /^([^/:]{0,64})\/([^/:]{0,64}):([^]*)$/;
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/;
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:/;
/** As agents are shown a URI that two servers have. */
const MAPPED = /^mcptui\+[a-z0-9-]*:/i;
/** Control and format characters, and what breaks a line. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/u;

const FORMS = 'NAME, project:PROJECT/NAME or agent:AGENT/NAME for a prompt, PROJECT/SERVER:URI for a resource';

/** Undefined for the reference of a prompt. */
export function parseResourceLink(link: string): ResourceLink | undefined {
  if (PROMPT.test(link)) return undefined;
  const [, project, server, uri] = RESOURCE.exec(link) ?? [];
  return project === undefined || server === undefined || uri === undefined ? undefined : { project, server, uri };
}

/** What is wrong with a link, and the form that is right; undefined when nothing is. */
export function linkFault(link: string): string | undefined {
  if (PROMPT.test(link)) return undefined;
  const found = parseResourceLink(link);
  if (found === undefined) return `use ${FORMS}`;
  const { project, server, uri } = found;
  for (const [noun, name] of Object.entries({ project, server })) {
    if (NAME.test(name)) continue;
    const small = name.toLowerCase();
    const meant = small !== name && NAME.test(small) ? `: write ${small}` : '; use PROJECT/SERVER:URI';
    return `${JSON.stringify(name)} is no name of a ${noun}${meant}`;
  }
  if (uri === '') return 'has no URI behind the server: use PROJECT/SERVER:URI, such as ops/fs:file:///rules.md';
  if (!SCHEME.test(uri)) {
    return `the URI has no scheme: write it as mcptui get resources shows it, such as ${project}/${server}:file:///rules.md`;
  }
  if (uri.length > MAX_URI) return `the URI is over ${MAX_URI} characters long`;
  if (uri.trim() !== uri || INVISIBLE.test(uri))
    return 'the URI has a space at an end, or a character that cannot be seen';
  const mapped = MAPPED.exec(uri)?.[0];
  if (mapped !== undefined) return `the URI is a mapped one: write the server's own, ${uri.slice(mapped.length)}`;
  // What mcptui shows of itself would lead back to a prompt, perhaps to this one.
  if (/^mcptui:/i.test(uri))
    return 'the URI is one of mcptui itself: link the prompt by its name, project:PROJECT/NAME';
  return undefined;
}

/** What is linked, in order; `link` is one or a list. */
export function linksOf({ link }: { readonly link?: string | readonly string[] | undefined }): readonly string[] {
  if (link === undefined) return NONE;
  return typeof link === 'string' ? [link] : link;
}

const NONE: readonly string[] = [];

/** Whether one of its links names a resource. */
export function hasResources(content: { readonly link?: string | readonly string[] | undefined }): boolean {
  return content.link !== undefined && linksOf(content).some((link) => !PROMPT.test(link));
}
