/** Reads what `--listen` names: an address of this machine that no other can reach. Pure. */
import { isIPv4 } from 'node:net';
import { McptuiError } from '../../kernel/errors.ts';

export interface ListenAddress {
  readonly host: string;
  /** 0: the system chooses. */
  readonly port: number;
}

/** `127.0.0.1:PORT`, `localhost:PORT`, `[::1]:PORT`, or the port alone. @throws McptuiError `invalid` */
export function parseListen(text: string): ListenAddress {
  const [, host = '127.0.0.1', digits = ''] = /^(?:(.+):)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === '' || port > 65_535) {
    throw new McptuiError('invalid', `cannot listen on ${text}: not an address and a port`, {
      hint: 'such as --listen 127.0.0.1:7777',
    });
  }
  const plain = host === 'localhost' ? '127.0.0.1' : host.replace(/^\[(.*)\]$/, '$1');
  const isLoopback = plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'));
  if (!isLoopback) {
    throw new McptuiError('invalid', `cannot listen on ${host}: only addresses of this machine, such as 127.0.0.1`, {
      hint: 'to reach it from elsewhere, forward the port over SSH',
    });
  }
  return { host: plain, port };
}

export function httpAddress({ host, port }: ListenAddress): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
