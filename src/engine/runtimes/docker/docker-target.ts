/** Reads where the container engine is from DOCKER_HOST and the variables of TLS, as the docker command does, and refuses the rest by name. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type Dockerode from 'dockerode';
import { McptuiError, messageOf } from '../../../kernel/errors.ts';
import { parseUrl } from '../../../kernel/url.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Set to 1, it allows plain TCP to a container engine that is not on this machine. */
export const PLAIN_TCP = 'MCPTUI_DOCKER_PLAIN_TCP';

const DEFAULT_SOCKET = '/var/run/docker.sock';

/** For people: without credentials that a URL may hold. */
export function dockerAddress(env: Env): string {
  const host = env.DOCKER_HOST ?? '';
  return host === '' ? `unix://${DEFAULT_SOCKET}` : host.replace(/\/\/[^/@]*@/, '//');
}

/** @throws McptuiError `invalid` with the way out, for an address or a key that cannot be used */
export function dockerTarget(env: Env): Dockerode.DockerOptions {
  const host = env.DOCKER_HOST ?? '';
  if (host === '') return { socketPath: DEFAULT_SOCKET };
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(host)?.[1]?.toLowerCase();
  switch (scheme) {
    case 'unix':
      return { socketPath: socketPathOf(host) };
    case 'tcp':
    case 'http':
    case 'https':
      return overTcp(host, scheme, env);
    case 'ssh':
      throw refusal(
        env,
        'is not supported: ssh is not spoken here',
        'forward the socket, ssh -nNT -L /run/user/1000/docker.sock:/var/run/docker.sock HOST, and set DOCKER_HOST=unix:///run/user/1000/docker.sock',
      );
    case undefined:
      throw refusal(env, 'names no scheme', `set DOCKER_HOST=${host.startsWith('/') ? 'unix' : 'tcp'}://${host}`);
    default:
      throw refusal(env, `has a scheme that is not supported: ${scheme}`, 'use unix, tcp, http or https');
  }
}

function socketPathOf(host: string): string {
  const socketPath = host.slice('unix://'.length);
  return socketPath === '' ? DEFAULT_SOCKET : socketPath;
}

function overTcp(host: string, scheme: 'tcp' | 'http' | 'https', env: Env): Dockerode.DockerOptions {
  const url = parseUrl(host.replace(/^[a-z]+:/i, 'http:'));
  if (url === undefined || url.hostname === '') throw refusal(env, 'is no address', 'use tcp://HOST:PORT');
  if (url.username !== '' || url.password !== '') throw refusal(env, 'holds a user name', 'leave it out');
  // What a URL's own default port is depends on its scheme: looked up in the text, as the docker command does.
  const given = /^[a-z]+:\/\/(?:\[[^\]]*\]|[^/:]*):(\d+)/i.exec(host)?.[1];
  const wantsTls = scheme === 'https' || (scheme === 'tcp' && (env.DOCKER_TLS_VERIFY ?? '') !== '');
  const target = { host: url.hostname, ...(url.pathname === '/' ? {} : { pathPrefix: url.pathname }) };
  if (wantsTls) {
    const keys = keysOf(env, scheme === 'tcp');
    return { ...target, protocol: 'https', port: Number(given ?? (scheme === 'https' ? 443 : 2376)), ...keys };
  }
  if (!isLoopback(url.hostname) && env[PLAIN_TCP] !== '1') {
    throw refusal(
      env,
      'would be plain TCP to another machine: whoever reads along sees the secrets of all servers',
      `set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH, or allow it with ${PLAIN_TCP}=1`,
    );
  }
  return { ...target, protocol: 'http', port: Number(given ?? (scheme === 'http' ? 80 : 2375)) };
}

/** `tcp` with DOCKER_TLS_VERIFY needs the three files; `https` takes them where DOCKER_CERT_PATH names a folder. */
function keysOf(env: Env, isNeeded: boolean): Pick<Dockerode.DockerOptions, 'ca' | 'cert' | 'key'> {
  const named = env.DOCKER_CERT_PATH ?? '';
  if (named === '' && !isNeeded) return {};
  const folder = named === '' ? path.join(env.HOME ?? '/', '.docker') : named;
  const read = (name: string): Buffer => {
    try {
      return readFileSync(path.join(folder, name));
    } catch (error) {
      const hint = 'DOCKER_CERT_PATH names the folder of ca.pem, cert.pem and key.pem';
      throw refusal(env, `needs ${path.join(folder, name)}, which cannot be read: ${messageOf(error)}`, hint);
    }
  };
  return { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

function refusal(env: Env, why: string, hint: string): McptuiError {
  return new McptuiError('invalid', `DOCKER_HOST=${dockerAddress(env)} ${why}`, { hint });
}
