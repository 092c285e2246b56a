/** Splits texts of clients' files at what the client would have put there: variables, questions, folders. Pure. */
import type { Dialect } from '../table.ts';

export type Part =
  | { readonly kind: 'text'; readonly text: string }
  /** A variable of the environment, and what stands for one that is not set. */
  | { readonly kind: 'env'; readonly name: string; readonly fallback?: string }
  /** Asked for by the client, or kept by it. */
  | { readonly kind: 'input'; readonly id: string }
  | { readonly kind: 'folder'; readonly name: 'workspace' | 'home' }
  /** Another file's text. */
  | { readonly kind: 'file'; readonly path: string };

const NAME = /^[A-Za-z_]\w{0,127}$/;
/** Characters of a variable in braces. */
const MAX_INNER = 512;

export function partsOf(text: string, dialect: Dialect): readonly Part[] {
  const parts: Part[] = [];
  let plain = '';
  const add = (part: Part): void => {
    if (plain !== '') parts.push({ kind: 'text', text: plain });
    plain = '';
    parts.push(part);
  };
  for (let at = 0; at < text.length;) {
    const found = text[at] === '$' || text[at] === '{' ? partAt(text, at, dialect) : undefined;
    if (found === undefined) {
      plain += text[at];
      at += 1;
    } else {
      add(found.part);
      at = found.end;
    }
  }
  if (plain !== '') parts.push({ kind: 'text', text: plain });
  return parts;
}

interface Found {
  readonly part: Part;
  readonly end: number;
}

function partAt(text: string, at: number, dialect: Dialect): Found | undefined {
  const open = text.startsWith('${{', at)
    ? '${{'
    : text.startsWith('${', at)
      ? '${'
      : text[at] === '{'
        ? '{'
        : undefined;
  if (open === undefined) return dialect === 'gemini' ? bareAt(text, at) : undefined;
  if (open === '{' && dialect !== 'opencode') return undefined;
  const close = open === '${{' ? '}}' : '}';
  const end = text.indexOf(close, at + open.length);
  if (end === -1 || end - at > MAX_INNER) return undefined;
  const part = innerPart(text.slice(at + open.length, end).trim(), open);
  return part === undefined ? undefined : { part, end: end + close.length };
}

function innerPart(inner: string, open: '${{' | '${' | '{'): Part | undefined {
  const colon = inner.indexOf(':');
  const [kind, rest] = colon === -1 ? ['', inner] : [inner.slice(0, colon), inner.slice(colon + 1)];
  if (open === '{') {
    if (kind === 'env' && NAME.test(rest)) return { kind: 'env', name: rest, fallback: '' };
    return kind === 'file' ? { kind: 'file', path: rest } : undefined;
  }
  if (open === '${{') {
    const [place, name = ''] = inner.split('.', 2);
    return place === 'secrets' || place === 'inputs' ? { kind: 'input', id: name.trim() } : undefined;
  }
  if (inner === 'workspaceFolder' || inner === 'workspaceRoot') return { kind: 'folder', name: 'workspace' };
  if (inner === 'userHome') return { kind: 'folder', name: 'home' };
  if (kind === 'input') return { kind: 'input', id: rest };
  if (kind === 'env') return NAME.test(rest) ? { kind: 'env', name: rest } : undefined;
  if (colon === -1) return NAME.test(inner) ? { kind: 'env', name: inner } : undefined;
  return NAME.test(kind) && rest.startsWith('-') ? { kind: 'env', name: kind, fallback: rest.slice(1) } : undefined;
}

/** `$NAME`, of which an unset one is empty there. */
function bareAt(text: string, at: number): Found | undefined {
  let end = at + 1;
  while (end < text.length && end - at <= 128 && /\w/.test(text[end] ?? '')) end += 1;
  const name = text.slice(at + 1, end);
  return NAME.test(name) ? { part: { kind: 'env', name, fallback: '' }, end } : undefined;
}
