/** Reads where spans are sent: nowhere unless a setting of mcptui's own says so, whatever other programs here export. */
import { McptuiError } from '../../kernel/errors.ts';
import { parseUrl } from '../../kernel/url.ts';
import type { OtlpSettings } from '../audit/otlp.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** @throws McptuiError `invalid` for an address or header that is none */
export function otlpSettings(env: Env, version: string): OtlpSettings | undefined {
  const endpoint = env['MCPTUI_OTLP_ENDPOINT'];
  if (endpoint === undefined || endpoint === '') return undefined;
  const protocol = parseUrl(endpoint)?.protocol;
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw new McptuiError('invalid', 'MCPTUI_OTLP_ENDPOINT is no URL', { hint: 'such as http://127.0.0.1:4318' });
  }
  return { endpoint, headers: headersOf(env['MCPTUI_OTLP_HEADERS'] ?? ''), version };
}

/** `name=value,name=value`, as OpenTelemetry writes them. */
function headersOf(text: string): Record<string, string> {
  const pairs = text.split(',').filter((pair) => pair.trim() !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      const name = pair.slice(0, at).trim();
      if (at < 1 || !/^[A-Za-z0-9-]+$/.test(name)) {
        throw new McptuiError('invalid', 'MCPTUI_OTLP_HEADERS cannot be read', {
          hint: 'NAME=VALUE, commas between several',
        });
      }
      return [name, pair.slice(at + 1).trim()];
    }),
  );
}
