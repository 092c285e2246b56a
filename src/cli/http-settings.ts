/** Reads the settings of the HTTP endpoint from the environment. */
import { McptuiError } from '../kernel/errors.ts';
import type { HttpSettings } from '../mcp/downstream/http/settings.ts';
import { parseDuration } from './duration.ts';

const MIB = 1024 * 1024;

/** `MCPTUI_HTTP_MAX_BODY` in MiB, `MCPTUI_HTTP_SESSION_IDLE` such as 30m. @throws McptuiError `invalid` */
export function httpSettings(env: Readonly<Record<string, string | undefined>>): Partial<HttpSettings> {
  const { MCPTUI_HTTP_MAX_BODY: maxBody = '', MCPTUI_HTTP_SESSION_IDLE: idle = '' } = env;
  const sessionIdleMs = idle === '' ? undefined : parseDuration(idle);
  if (idle !== '' && (sessionIdleMs === undefined || sessionIdleMs < 1_000)) {
    throw new McptuiError('invalid', `MCPTUI_HTTP_SESSION_IDLE=${idle}: use a time of 1s or more, such as 30m`);
  }
  const mebibytes = Number(maxBody);
  if (maxBody !== '' && !(mebibytes > 0 && mebibytes <= 512)) {
    throw new McptuiError('invalid', `MCPTUI_HTTP_MAX_BODY=${maxBody}: use a number of MiB from 1 to 512`);
  }
  return {
    ...(maxBody === '' ? {} : { maxBodyBytes: Math.floor(mebibytes * MIB) }),
    ...(sessionIdleMs === undefined ? {} : { sessionIdleMs }),
  };
}
