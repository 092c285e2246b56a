/** Checks what a request's headers must say before anything of its body is read. Pure. */
import type { IncomingHttpHeaders } from 'node:http';
import { wordFor } from '../../../kernel/foreign.ts';
import { isServedVersion } from '../../eras/versions.ts';
import { parseUrl } from '../../../kernel/url.ts';
import type { Refusal } from './refusal.ts';

/** Names that mean this machine, as URLs write them. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

/** A browser sends `Origin`; only pages of this machine may speak to the endpoint, and `null` is nobody's page. */
export function originRefusal(headers: IncomingHttpHeaders): Refusal | undefined {
  const { origin } = headers;
  if (origin === undefined || isLoopbackOrigin(origin)) return undefined;
  return { status: 403, message: `Forbidden: origin ${shown(origin)} is not of this machine` };
}

/** A foreign name in `Host` is a page that has had its name resolved to this machine. */
export function hostRefusal(headers: IncomingHttpHeaders): Refusal | undefined {
  const [, name] = /^(.*?)(?::\d+)?$/.exec(headers.host ?? '') ?? [];
  if (name !== undefined && LOOPBACK.test(name)) return undefined;
  return { status: 403, message: `Forbidden: host ${shown(headers.host ?? '')} is not this machine` };
}

export function postRefusal(headers: IncomingHttpHeaders): Refusal | undefined {
  const type = mediaType(headers['content-type'] ?? '');
  if (type !== 'application/json') {
    return { status: 415, message: 'Unsupported Media Type: content-type must be application/json' };
  }
  const wanted = ['application/json', 'text/event-stream'];
  if (wanted.some((one) => accepts(headers.accept, one))) return undefined;
  return { status: 406, message: `Not Acceptable: accept must name ${wanted.join(' or ')}` };
}

/** How a POST may be answered: the specification asks clients to take both, and many take one only. */
export type AnswerForm = 'any' | 'json' | 'events';

export function answerForm({ accept }: IncomingHttpHeaders): AnswerForm {
  if (!accepts(accept, 'text/event-stream')) return 'json';
  return accepts(accept, 'application/json') ? 'any' : 'events';
}

export function getRefusal(headers: IncomingHttpHeaders): Refusal | undefined {
  if (accepts(headers.accept, 'text/event-stream')) return undefined;
  return { status: 406, message: 'Not Acceptable: accept must name text/event-stream' };
}

export function versionRefusal(headers: IncomingHttpHeaders): Refusal | undefined {
  const version = headers['mcp-protocol-version'];
  if (version === undefined || version === '' || isServedVersion(version)) return undefined;
  return { status: 400, message: `Bad Request: unsupported protocol version ${shown(wordFor(version))}` };
}

/** Whether `accept` lets a type through; none at all lets everything through. */
function accepts(accept: string | undefined, type: string): boolean {
  if (accept === undefined) return true;
  const [group] = type.split('/');
  return accept.split(',').some((part) => [type, `${group}/*`, '*/*'].includes(mediaType(part)));
}

function mediaType(value: string): string {
  return (value.split(';')[0] ?? '').trim().toLowerCase();
}

function isLoopbackOrigin(origin: string): boolean {
  const url = parseUrl(origin);
  return url !== undefined && /^https?:$/.test(url.protocol) && LOOPBACK.test(url.hostname);
}

/** Of foreign text in a message. */
function shown(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
