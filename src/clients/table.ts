/** Lists the clients whose files are known: where each keeps its servers, in which format and in whose words. Pure. */
import type { FormatName } from './formats/index.ts';

/** How a client writes an entry. */
export type Dialect = 'plain' | 'typed' | 'codex' | 'gemini' | 'zed' | 'opencode' | 'goose' | 'continue';

export interface Client {
  readonly name: string;
  readonly title: string;
  readonly format: FormatName;
  readonly path: readonly string[];
  readonly shape: 'map' | 'array';
  readonly dialect: Dialect;
  /**
   * Files of the user, the first that is there. `~` is the home folder, `{app}` where programs with windows keep their
   * settings, `{xdg}` the folder of XDG on every system, `*` any folder.
   */
  readonly user: readonly string[];
  /** Files below a project's folder, the first that is there. */
  readonly project: readonly string[];
  /** A variable that names the folder of the user's file. */
  readonly homeVariable?: string;
  /** It is started from a desktop, which often lacks the shell's `PATH`. */
  readonly hasWindow: boolean;
}

type Row = Pick<Client, 'name' | 'title' | 'user'> & Partial<Client>;

/** Most clients keep a map `mcpServers` in JSON. */
function client(row: Row): Client {
  return {
    format: 'jsonc',
    path: ['mcpServers'],
    shape: 'map',
    dialect: 'plain',
    project: [],
    hasWindow: true,
    ...row,
  };
}

const CODE = '{app}/Code/User';

export const clients: readonly Client[] = [
  client({
    name: 'claude-code',
    title: 'Claude Code',
    dialect: 'typed',
    user: ['~/.claude.json'],
    project: ['.mcp.json'],
    homeVariable: 'CLAUDE_CONFIG_DIR',
    hasWindow: false,
  }),
  client({
    name: 'claude-desktop',
    title: 'Claude Desktop',
    user: ['{app}/Claude/claude_desktop_config.json', '{app}/claude/claude_desktop_config.json'],
  }),
  client({ name: 'cursor', title: 'Cursor', user: ['~/.cursor/mcp.json'], project: ['.cursor/mcp.json'] }),
  client({
    name: 'vscode',
    title: 'VS Code',
    path: ['servers'],
    dialect: 'typed',
    user: [
      `${CODE}/mcp.json`,
      '{app}/Code - Insiders/User/mcp.json',
      '{app}/VSCodium/User/mcp.json',
      '~/.vscode-server/data/User/mcp.json',
      `${CODE}/profiles/*/mcp.json`,
    ],
    project: ['.vscode/mcp.json'],
  }),
  client({ name: 'windsurf', title: 'Windsurf', user: ['~/.codeium/windsurf/mcp_config.json'] }),
  client({
    name: 'gemini',
    title: 'Gemini CLI',
    dialect: 'gemini',
    user: ['~/.gemini/settings.json'],
    project: ['.gemini/settings.json'],
    hasWindow: false,
  }),
  client({
    name: 'codex',
    title: 'Codex',
    format: 'toml',
    path: ['mcp_servers'],
    dialect: 'codex',
    user: ['~/.codex/config.toml'],
    project: ['.codex/config.toml'],
    homeVariable: 'CODEX_HOME',
    hasWindow: false,
  }),
  client({
    name: 'zed',
    title: 'Zed',
    path: ['context_servers'],
    dialect: 'zed',
    user: ['{xdg}/zed/settings.json'],
    project: ['.zed/settings.json'],
  }),
  client({
    name: 'opencode',
    title: 'OpenCode',
    path: ['mcp'],
    dialect: 'opencode',
    user: ['{xdg}/opencode/opencode.json', '{xdg}/opencode/opencode.jsonc'],
    project: ['opencode.json', 'opencode.jsonc'],
    hasWindow: false,
  }),
  client({
    name: 'cline',
    title: 'Cline',
    user: [
      `${CODE}/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json`,
      '~/.cline/data/settings/cline_mcp_settings.json',
    ],
  }),
  client({
    name: 'kiro',
    title: 'Kiro',
    user: ['~/.kiro/settings/mcp.json'],
    project: ['.kiro/settings/mcp.json'],
  }),
  client({ name: 'lmstudio', title: 'LM Studio', user: ['~/.lmstudio/mcp.json', '~/.cache/lm-studio/mcp.json'] }),
  client({ name: 'kimi', title: 'Kimi CLI', user: ['~/.kimi/mcp.json'], hasWindow: false }),
  client({
    name: 'factory',
    title: 'Factory',
    dialect: 'typed',
    user: ['~/.factory/mcp.json'],
    project: ['.factory/mcp.json'],
    hasWindow: false,
  }),
  client({
    name: 'goose',
    title: 'Goose',
    format: 'yaml',
    path: ['extensions'],
    dialect: 'goose',
    user: ['{xdg}/goose/config.yaml'],
    hasWindow: false,
  }),
  client({
    name: 'continue',
    title: 'Continue',
    format: 'yaml',
    shape: 'array',
    dialect: 'continue',
    user: ['~/.continue/config.yaml'],
    project: ['.continue/config.yaml'],
  }),
  client({ name: 'mcp-json', title: 'mcp.json', user: [], project: ['mcp.json'], hasWindow: false }),
];

export function clientNamed(name: string): Client | undefined {
  return clients.find((one) => one.name === name);
}
