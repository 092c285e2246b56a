/** Documents of every kind, each of which needs some of the others. */
import type { GivenDocument } from '../../../src/engine/apply/types.ts';

export function everyKind(): readonly GivenDocument[] {
  return [
    { kind: 'role', metadata: { name: 'caller' }, spec: { rules: [{ verbs: ['run'], kinds: ['server', 'tool'] }] } },
    {
      kind: 'project',
      metadata: { name: 'shop', labels: { team: 'shop' } },
      spec: { gated: true, agentRole: 'caller' },
    },
    { kind: 'backend', metadata: { name: 'pass' }, spec: { kind: 'command', command: ['pass', 'show', '{path}'] } },
    {
      kind: 'model',
      metadata: { name: 'small' },
      spec: { kind: 'ollama', model: 'tiny', tier: 'fast', key: 'secret:env/OLLAMA_KEY', dailyTokens: 1_000 },
    },
    {
      kind: 'server',
      metadata: { name: 'files', project: 'shop' },
      spec: {
        source: { kind: 'command', command: ['node', 'files.js', '--port=1'] },
        env: { TOKEN: 'secret:file/token', LEVEL: 'debug', EMPTY: '' },
        replicas: 0,
        health: { tool: 'ping' },
      },
    },
    {
      kind: 'server',
      metadata: { name: 'far', project: 'shop' },
      spec: {
        source: {
          kind: 'url',
          url: 'https://mcp.example.com/v1',
          headers: { Authorization: 'Bearer secret:file/far' },
        },
        replicas: 0,
      },
    },
    {
      kind: 'agent',
      metadata: { name: 'reviewer' },
      spec: { project: 'shop', summary: 'Reads diffs.', defaultPersonality: 'careful' },
    },
    { kind: 'prompt', metadata: { name: 'style' }, spec: { body: 'Be brief.\n\nAlways.', tags: ['style'] } },
    {
      kind: 'prompt',
      metadata: { name: 'rules', project: 'shop' },
      spec: { body: 'Deploy on {{day}}.', arguments: ['day'], priority: 9, link: 'style' },
    },
    {
      kind: 'skill',
      metadata: { name: 'howto', project: 'shop' },
      spec: { files: { 'SKILL.md': '---\nname: howto\ndescription: How to.\n---\nDo it.\n', 'a/b~c.txt': 'x' } },
    },
    {
      kind: 'personality',
      metadata: { name: 'careful', agent: 'reviewer' },
      spec: { summary: 'Slow.', prompts: ['project:shop/rules', 'style'] },
    },
    { kind: 'binding', spec: { subject: 'user:ann', role: 'caller', projects: ['shop'] } },
  ];
}
