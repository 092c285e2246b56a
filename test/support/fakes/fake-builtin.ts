/** Own content that a test changes at will: the same arrays until it does. */
import type { BuiltinAnswer, BuiltinContent, BuiltinListKind, SessionInfo } from '../../../src/mcp/index.ts';
import type { Json, JsonObject } from '../../../src/kernel/json.ts';

export class FakeBuiltin implements BuiltinContent {
  words = '';
  readonly lists: Record<BuiltinListKind, readonly JsonObject[]> = { tools: [], prompts: [], resources: [] };
  /** By agent: what it has beside the lists above. */
  readonly byAgent = new Map<string, readonly JsonObject[]>();
  /** Readable, though no list has them. */
  readonly unlisted = new Set<string>();
  /** Of `callTool`: name, arguments, session. */
  readonly calls: { readonly name: string; readonly args: Json | undefined; readonly session: SessionInfo }[] = [];
  readonly reads: string[] = [];
  /** What `callTool` answers; by default at once, with the tool's name. */
  answer: (name: string) => Promise<BuiltinAnswer> = (name) =>
    Promise.resolve({ result: { content: [{ type: 'text', text: `own ${name}` }] } });

  instructions(session: SessionInfo): string {
    return this.words.replace('{agent}', session.agent ?? 'nobody');
  }

  list(session: SessionInfo, kind: BuiltinListKind): readonly JsonObject[] {
    const mine = kind === 'resources' ? this.byAgent.get(session.agent ?? '') : undefined;
    return mine ?? this.lists[kind];
  }

  callTool(session: SessionInfo, name: string, args: Json | undefined): Promise<BuiltinAnswer> | undefined {
    if (!this.lists.tools.some((tool) => tool['name'] === name)) return undefined;
    this.calls.push({ name, args, session });
    return this.answer(name);
  }

  getPrompt(_session: SessionInfo, name: string, args: Json | undefined): BuiltinAnswer | undefined {
    if (!this.lists.prompts.some((prompt) => prompt['name'] === name)) return undefined;
    if (args === undefined) return { error: { code: -32602, message: `${name} needs arguments` } };
    return { result: { description: `own ${name}`, messages: [], got: args } };
  }

  readResource(session: SessionInfo, uri: string): BuiltinAnswer | undefined {
    const isListed = this.list(session, 'resources').some((resource) => resource['uri'] === uri);
    if (!isListed && !this.unlisted.has(uri)) return undefined;
    this.reads.push(uri);
    return { result: { contents: [{ uri, text: 'own text' }] } };
  }
}
