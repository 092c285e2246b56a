/** Tells whether agents have a tool, and what keeps it from them: its server, its name, its list, rights, or a gate. Pure. */
import type { CatalogItem, MayReport, ServerCatalog, SessionView } from '../../engine/index.ts';
import { link, type Chain, type Link } from './chain.ts';

export interface FoundTool {
  readonly catalog: ServerCatalog;
  readonly item: CatalogItem;
}

export interface ToolFacts {
  readonly found: readonly FoundTool[];
  /** The agents' project that was asked about. */
  readonly project: string | undefined;
  readonly isGated: (project: string) => boolean;
  readonly agent: string | undefined;
  /** Of the agent, in the tool's project; absent without an agent. */
  readonly right: (tool: FoundTool) => MayReport | undefined;
  readonly sessions: readonly SessionView[];
}

/** By the name that agents use, the server's own, or SERVER/TOOL. */
export function toolsNamed(name: string, catalogs: readonly ServerCatalog[]): readonly FoundTool[] {
  return catalogs.flatMap((catalog) =>
    catalog.lists.tools.items
      .filter((item) => item.exposed === name || item.name === name || `${catalog.server}/${item.name}` === name)
      .map((item) => ({ catalog, item })),
  );
}

export function toolChain(name: string, facts: ToolFacts): Chain {
  return { kind: 'tool', name, links: facts.found.flatMap((tool) => linksOf(tool, facts)) };
}

function linksOf(tool: FoundTool, facts: ToolFacts): readonly Link[] {
  const { catalog, item } = tool;
  const { server, project, down } = catalog;
  const right = facts.right(tool);
  const isElsewhere = facts.project !== undefined && facts.project !== project;
  const reasons = [
    ...(isElsewhere ? [`its server belongs to project ${project}, not ${facts.project}`] : []),
    ...(down === undefined ? [] : [`its server is ${down.state}`]),
    ...(item.exposed === undefined ? [item.problem ?? 'it has no name for agents'] : []),
    ...(right?.allowed === false ? ['the agent may not run it'] : []),
  ];
  const verdict =
    reasons.length === 0 ? `agents have it as ${item.exposed ?? item.name}` : `kept from agents: ${reasons.join('; ')}`;
  return [
    link('tool', `${item.name} of server ${server}, project ${project}`),
    link('verdict', verdict),
    ...(item.problem === undefined || item.exposed === undefined ? [] : [link('name', item.problem)]),
    ...(down === undefined ? [] : [link('server', `${down.state}: ${down.reason} → mcptui why server ${server}`)]),
    ...(right === undefined ? [] : rightLinks(right)),
    ...gateLinks(project, facts),
  ];
}

function rightLinks({ allowed, because, hint }: MayReport): readonly Link[] {
  return [
    link('rights', `${allowed ? 'allowed' : 'refused'}: ${because}`),
    ...(hint === undefined || allowed ? [] : [link('mend', hint)]),
  ];
}

function gateLinks(project: string, { isGated, sessions, agent }: ToolFacts): readonly Link[] {
  if (!isGated(project)) return [];
  const own = sessions.filter(
    (session) => session.project === project && (agent === undefined || session.agent === agent),
  );
  return [
    link('gate', `project ${project} is gated: a session gets tools by its task, or when it is admitted`),
    ...own
      .slice(0, 8)
      .map(({ id, client, gate }) =>
        link('session', `${id} (${client}) is ${gate?.state ?? 'not gated'} → mcptui why session ${id}`),
      ),
  ];
}

/** Servers whose tools are not known: one of them may be what is missing. */
export function unknownLists(catalogs: readonly ServerCatalog[]): readonly Link[] {
  return catalogs
    .filter(({ down, lists }) => down !== undefined || !lists.tools.isKnown)
    .map(({ server, down }) =>
      link(
        'server',
        `${server}'s tools are not known: ${down === undefined ? 'it has not listed them yet' : `${down.state}, ${down.reason}`} → mcptui why server ${server}`,
      ),
    );
}
