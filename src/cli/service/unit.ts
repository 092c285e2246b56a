/** Writes the definition of a service that runs the daemon: a systemd unit, or a launchd property list. Pure. */
import { withoutFileSettings } from '../../kernel/file-settings.ts';

export interface ServiceOptions {
  /** Of the machine instead of one user's. */
  readonly isSystem: boolean;
  /** Absolute paths: a service has no PATH of its own to speak of. */
  readonly node: string;
  readonly script: string;
  /** Behind `--daemon`. */
  readonly flags: readonly string[];
  /** Variables that it needs of the environment in which it is installed. */
  readonly env: Readonly<Record<string, string>>;
  /** Of a launchd job: where its stderr goes. */
  readonly stateDir: string;
}

/** A usage error, a missing right and a folder in use do not go away by themselves. */
const NO_RESTART = [2, 3, 7];
export const LABEL = 'dev.mcptui';

export function systemdUnit({ isSystem, node, script, flags, env }: ServiceOptions): string {
  const variables = Object.entries(env).map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}`);
  return [
    '[Unit]',
    'Description=mcptui: runs, routes and governs MCP servers for local agents',
    ...(isSystem ? ['After=network-online.target', 'Wants=network-online.target'] : []),
    '',
    '[Service]',
    'Type=exec',
    `ExecStart=${[node, script, '--daemon', ...flags].map(quotedCommand).join(' ')}`,
    ...variables,
    'Restart=on-failure',
    'RestartSec=2',
    `RestartPreventExitStatus=${NO_RESTART.join(' ')}`,
    'KillMode=mixed',
    'TimeoutStopSec=20',
    'UMask=0077',
    'NoNewPrivileges=true',
    'LockPersonality=true',
    '',
    '[Install]',
    `WantedBy=${isSystem ? 'multi-user.target' : 'default.target'}`,
    '',
  ].join('\n');
}

/** `%` begins a specifier; quotes and backslashes are its own. */
function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('\n', '\\n')}"`;
}

/** In a command line `$` begins a variable, too. */
function quotedCommand(word: string): string {
  return /^[\w@+=:,./-]+$/.test(word) ? word : quoted(word).replaceAll('$', '$$$$');
}

export function launchdPlist({ node, script, flags, env, stateDir }: ServiceOptions): string {
  const words = [node, script, '--daemon', ...flags].map((word) => `    <string>${xml(word)}</string>`);
  const variables = Object.entries(env).flatMap(([name, value]) => [
    `    <key>${xml(name)}</key>`,
    `    <string>${xml(value)}</string>`,
  ]);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    '<dict>',
    '  <key>Label</key>',
    `  <string>${LABEL}</string>`,
    '  <key>ProgramArguments</key>',
    '  <array>',
    ...words,
    '  </array>',
    '  <key>EnvironmentVariables</key>',
    '  <dict>',
    ...variables,
    '    <key>MCPTUI_SUPERVISED</key>',
    '    <string>1</string>',
    '  </dict>',
    '  <key>RunAtLoad</key>',
    '  <true/>',
    '  <key>KeepAlive</key>',
    '  <dict>',
    '    <key>SuccessfulExit</key>',
    '    <false/>',
    '  </dict>',
    '  <key>Umask</key>',
    '  <integer>63</integer>',
    '  <key>StandardErrorPath</key>',
    `  <string>${xml(`${stateDir}/daemon-stderr.log`)}</string>`,
    '</dict>',
    '</plist>',
    '',
  ].join('\n');
}

function xml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** Where programs and the container engine are, and where mcptui keeps its things; never a token. */
const WANTED = [
  'PATH',
  'LANG',
  'MCPTUI_HOME',
  'MCPTUI_CONFIG_DIR',
  'MCPTUI_DATA_DIR',
  'MCPTUI_STATE_DIR',
  'MCPTUI_SOCKET',
  'MCPTUI_LISTEN',
  'MCPTUI_LOG_LEVEL',
  'MCPTUI_PASS_ENV',
  'MCPTUI_MOUNTS',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_STATE_HOME',
  'DOCKER_HOST',
  'DOCKER_CONTEXT',
  'DOCKER_CONFIG',
  'DOCKER_CERT_PATH',
  'DOCKER_TLS_VERIFY',
  'NODE_EXTRA_CA_CERTS',
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'NO_PROXY',
];

/** A proxy's address may hold a password: it is left out then. What the file of settings says, the daemon reads itself. */
export function serviceEnv(given: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const env = withoutFileSettings(given);
  return Object.fromEntries(
    WANTED.flatMap((name) => {
      const value = env[name];
      const isSecret = value !== undefined && name.endsWith('PROXY') && value.includes('@');
      return value === undefined || value === '' || isSecret ? [] : [[name, value]];
    }),
  );
}
