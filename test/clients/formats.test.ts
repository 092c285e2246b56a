/** Clients' files: what is read of them, how an entry looks in them, and what is refused with its place. */
import { describe, expect, it } from 'vitest';
import { EntryFile, MAX_ENTRIES, type FormatName } from '../../src/clients/formats/index.ts';
import { McptuiError } from '../../src/kernel/errors.ts';

const path = { jsonc: ['mcpServers'], toml: ['mcp_servers'], yaml: ['extensions'] } as const;
const entry = { command: 'mcptui', args: ['proxy'] };

const open = (format: FormatName): Promise<EntryFile> =>
  EntryFile.of(format, `settings.${format}`, { path: path[format], shape: 'map' });

async function put(format: FormatName, text: string): Promise<string> {
  return (await open(format)).put(text, 'mcptui', entry).text;
}

async function refusal(format: FormatName, text: string): Promise<string> {
  const file = await open(format);
  try {
    file.entries(text);
    file.put(text, 'mcptui', entry);
  } catch (error) {
    if (error instanceof McptuiError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('EntryFile', () => {
  it('writes JSON in the way of the file: its indent, its commas, behind the comment of the line', async () => {
    expect(await put('jsonc', '{\n\t"mcpServers": {\n\t\t"a": {}, // first\n\t},\n}\n')).toBe(
      '{\n\t"mcpServers": {\n\t\t"a": {}, // first\n\t\t"mcptui": {\n\t\t\t"command": "mcptui",\n\t\t\t"args": [\n\t\t\t\t"proxy"\n\t\t\t]\n\t\t},\n\t},\n}\n',
    );
    expect(await put('jsonc', '{"mcpServers":{"a":{}}}')).toBe(
      '{"mcpServers":{"a":{},"mcptui":{"command":"mcptui","args":["proxy"]}}}',
    );
    expect(await put('jsonc', '{ "mcpServers": { "a": {} } }')).toBe(
      '{ "mcpServers": { "a": {}, "mcptui": { "command": "mcptui", "args": ["proxy"] } } }',
    );
  });

  it('writes TOML as a table behind those of its kind', async () => {
    expect(await put('toml', '[mcp_servers.a]\ncommand = "a"\n# b = 1\n\n[tui]\nx = 1\n')).toBe(
      '[mcp_servers.a]\ncommand = "a"\n# b = 1\n\n[mcp_servers.mcptui]\ncommand = "mcptui"\nargs = ["proxy"]\n\n[tui]\nx = 1\n',
    );
    expect(await put('toml', 'mcp_servers = { a = { command = "a" } }\n')).toBe(
      'mcp_servers = { a = { command = "a" }, mcptui = { command = "mcptui", args = ["proxy"] } }\n',
    );
  });

  it('writes YAML in the block or flow that is there', async () => {
    expect(await put('yaml', 'extensions:\n  a: # one\n    cmd: a\n# end\n')).toBe(
      'extensions:\n  a: # one\n    cmd: a\n  mcptui:\n    command: mcptui\n    args:\n      - proxy\n# end\n',
    );
    expect(await put('yaml', 'extensions: {}\n')).toBe(
      'extensions: {"mcptui": { "command": "mcptui", "args": ["proxy"] }}\n',
    );
  });

  it('replaces the entry that is there, and nothing else', async () => {
    const file = await open('jsonc');
    const text = '{"mcpServers": {"mcptui": {"command": "old"} /* ours */, "b": {}}}';
    expect(file.put(text, 'mcptui', { command: 'new' }).text).toBe(
      '{"mcpServers": {"mcptui": { "command": "new" } /* ours */, "b": {}}}',
    );
    const codex = await open('toml');
    const tables = '[mcp_servers.mcptui]\ncommand = "old"\n\n[mcp_servers.mcptui.env]\nA = "1"\n\n[x]\ny = 1\n';
    expect(codex.put(tables, 'mcptui', { command: 'new' }).text).toBe(
      '[mcp_servers.mcptui]\ncommand = "new"\n\n[x]\ny = 1\n',
    );
  });

  it.each([
    ['jsonc', '{\n  "mcpServers": {\n    "a": {} "b": {}\n  }\n}', 'settings.jsonc:3:13: comma expected'],
    ['jsonc', '{"mcpServers": {"a": {}, "a": {}}}', 'settings.jsonc:1:26: "a" is there twice'],
    ['jsonc', '{"mcpServers": {},\n "mcpServers": {}}', 'settings.jsonc:2:2: "mcpServers" is there twice'],
    ['jsonc', '{"mcpServers": []}', 'settings.jsonc: "mcpServers" does not hold servers'],
    ['jsonc', '[1]', 'settings.jsonc:1:1: it is not a JSON object'],
    ['jsonc', `{"mcpServers": ${'['.repeat(600)}`, 'settings.jsonc:1:1: it is nested too deep'],
    ['toml', 'a = 1\na = 2\n', 'settings.toml:2:1: defining a key multiple times is invalid'],
    ['toml', 'x = 1\n[[mcp_servers]]\na = 1\n', 'settings.toml: "mcp_servers" does not hold servers'],
    ['toml', 'mcp_servers = 4', 'settings.toml: "mcp_servers" does not hold servers'],
    ['yaml', 'extensions:\n  a: 1\n  a: 2\n', 'settings.yaml:3:3: map keys must be unique'],
    ['yaml', 'x: &x {a: 1}\nextensions: *x\n', 'settings.yaml:2:13: "extensions" is not a map'],
    ['yaml', '- a\n', 'settings.yaml:1:1: it is not a list of `key: value`'],
  ] as const)('refuses %s %j with its place', async (format, text, message) => {
    expect(await refusal(format, text)).toBe(message);
  });

  it('refuses a YAML file whose aliases stand for too much', async () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (const [own, last] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf'].map((pair) => pair.split('')))
      bomb.push(`${own}: &${own} [${Array.from({ length: 9 }, () => `*${last}`).join(', ')}]`);
    expect(await refusal('yaml', bomb.join('\n'))).toBe('settings.yaml:1:1: its aliases stand for too much');
  });

  it('reads no file that is longer than settings are', async () => {
    expect(await refusal('jsonc', ' '.repeat(8 * 1024 * 1024 + 1))).toBe(
      'settings.jsonc is over 8 MiB: no settings are so long',
    );
  });

  it(`reads at most ${MAX_ENTRIES} entries`, async () => {
    const servers = Object.fromEntries(Array.from({ length: MAX_ENTRIES + 1 }, (_, index) => [`s${index}`, {}]));
    expect(await refusal('jsonc', JSON.stringify({ mcpServers: servers }))).toBe(
      `settings.jsonc: ${MAX_ENTRIES + 1} entries, at most ${MAX_ENTRIES} are read`,
    );
  });
});
