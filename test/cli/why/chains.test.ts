/** Chains of facts as a table: what was seen in, lines out. */
import { describe, expect, it } from 'vitest';
import { promptChain, proposalChain } from '../../../src/cli/why/content.ts';
import { instanceChain, serverChain } from '../../../src/cli/why/instance.ts';
import { toolChain, toolsNamed, unknownLists, type ToolFacts } from '../../../src/cli/why/tool.ts';
import type { Chain } from '../../../src/cli/why/chain.ts';
import type { ServerCatalog } from '../../../src/engine/index.ts';
import { aFailedInstance, anInstance } from '../../support/builders/console-builders.ts';
import { aPersonality, aPrompt, aProposal } from '../../support/builders/content-builders.ts';

const lines = ({ links }: Chain): readonly string[] => links.map(({ label, text }) => `${label}: ${text}`);
const facts = { now: 1_000_000, secrets: [], isLive: true };

describe('instanceChain', () => {
  it('says that nothing happens to what was stopped', () => {
    const stopped = anInstance({ name: 'a-1', phase: 'stopped', desired: 'stopped', desiredBy: 'operator:ann' });
    expect(lines(instanceChain(stopped, facts))).toContain('next: nothing, until mcptui start a-1');
  });

  it('says that what is held waits for a word', () => {
    const held = aFailedInstance({ name: 'a-1', held: true });
    expect(lines(instanceChain(held, facts)).at(-1)).toBe('next: it is held: nothing, until mcptui retry a-1');
  });

  it('says so of what was kept of the last engine', () => {
    const [phase] = lines(instanceChain(anInstance({ phase: 'pending' }), { ...facts, isLive: false }));
    expect(phase).toMatch(/when the last engine ended$/);
  });
});

describe('serverChain', () => {
  it('tells of a server that nobody wants to run', () => {
    const none = { ...facts, server: { name: 'a', replicas: 0 }, instances: [], upstream: undefined };
    expect(lines(serverChain(none))).toEqual(['wish: no instance is wanted: mcptui scale a 1']);
    const made = { ...none, server: { name: 'a', replicas: 2 }, isLive: false };
    expect(lines(serverChain(made))).toEqual(['wish: 2 wanted; no engine runs: mcptui --daemon']);
  });
});

const list = (items: readonly { readonly name: string; readonly exposed?: string; readonly problem?: string }[]) =>
  ({ isKnown: true, items: items.map((item) => ({ ...item, definition: {} })) }) as never;

const catalog = (more: Partial<ServerCatalog> = {}): ServerCatalog => ({
  server: 'gitea',
  project: 'ops',
  instances: 1,
  lists: {
    tools: list([{ name: 'list', exposed: 'gitea__list' }]),
    prompts: list([]),
    resources: list([]),
    templates: list([]),
  },
  ...more,
});

const toolFacts = (catalogs: readonly ServerCatalog[], more: Partial<ToolFacts> = {}): ToolFacts => ({
  found: toolsNamed('list', catalogs),
  project: undefined,
  isGated: () => false,
  agent: undefined,
  right: () => undefined,
  sessions: [],
  ...more,
});

describe('toolChain', () => {
  it('finds a tool by each of its names', () => {
    for (const name of ['list', 'gitea__list', 'gitea/list']) expect(toolsNamed(name, [catalog()])).toHaveLength(1);
    expect(toolsNamed('other', [catalog()])).toEqual([]);
  });

  it.each<[string, ServerCatalog, Partial<ToolFacts>, string]>([
    ['nothing', catalog(), {}, 'verdict: agents have it as gitea__list'],
    [
      'another project',
      catalog(),
      { project: 'shop' },
      'verdict: kept from agents: its server belongs to project ops, not shop',
    ],
    [
      'its server',
      catalog({ down: { state: 'error', reason: 'EXIT' } }),
      {},
      'verdict: kept from agents: its server is error',
    ],
    [
      'a name that is taken',
      catalog({
        lists: { ...catalog().lists, tools: list([{ name: 'list', problem: 'the name list is of server a' }]) },
      }),
      {},
      'verdict: kept from agents: the name list is of server a',
    ],
    [
      'rights',
      catalog(),
      {
        agent: 'bot',
        right: () => ({ subject: 'agent:bot', what: 'run', allowed: false, because: 'no role allows it' }),
      },
      'rights: refused: no role allows it',
    ],
    [
      'a gate',
      catalog(),
      { isGated: () => true },
      'gate: project ops is gated: a session gets tools by its task, or when it is admitted',
    ],
  ])('kept by %s', (_name, one, more, wanted) => {
    expect(lines(toolChain('list', toolFacts([one], more)))).toContain(wanted);
  });
});

describe('unknownLists', () => {
  it('names servers that are down, and none that has listed its tools', () => {
    const down = catalog({ server: 'b', down: { state: 'error', reason: 'EXIT' } });
    expect(unknownLists([catalog(), down]).map(({ text }) => text)).toEqual([
      "b's tools are not known: error, EXIT → mcptui why server b",
    ]);
  });
});

describe('promptChain', () => {
  it('names the personalities that bind what is only worn', () => {
    const prompt = aPrompt({ ref: 'style', read: 'worn' });
    const personality = aPersonality({ prompts: ['style'], isDefault: true });
    const chain = promptChain(prompt, { personalities: [personality], gatedProjects: [] });
    expect(lines(chain)).toContain(
      `read: only by who wears a personality that binds it: ${personality.ref} (a default)`,
    );
    expect(lines(promptChain(prompt, { personalities: [], gatedProjects: [] }))).toContain(
      'read: only by who wears a personality that binds it: none does',
    );
  });
});

describe('proposalChain', () => {
  it('tells what a pending one waits for, and who decided one that was', () => {
    const pending = lines(proposalChain(aProposal({ id: 'p1', state: 'pending', isStale: true, base: '1.0.0' })));
    expect(pending).toContain('stale: made on 1.0.0, which is not live any more → mcptui rebase proposal p1');
    expect(pending.at(-1)).toMatch(/^next: mcptui approve proposal p1, or reject; it expires /);
    const decision = { by: 'operator:ann', at: 0, reason: 'too long' };
    const decided = lines(proposalChain(aProposal({ state: 'rejected', decision })));
    expect(decided.at(-1)).toBe('decided: 1970-01-01T00:00:00.000Z by operator:ann: "too long"');
  });
});
