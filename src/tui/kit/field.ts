/** Edits a line of text by readline's keys. Pure. */
import { charactersOf } from '../../text/clean.ts';
import { textOf } from './keys.ts';
import type { Field } from '../state/field.ts';

/** The field after a key, or undefined when the key means nothing in a field. */
export function editField(field: Field, key: string): Field | undefined {
  const { text, cursor } = field;
  switch (key) {
    case 'left':
    case 'ctrl-b':
      return { text, cursor: cursor - characterBefore(text, cursor) };
    case 'right':
    case 'ctrl-f':
      return { text, cursor: cursor + characterAfter(text, cursor) };
    case 'home':
    case 'ctrl-a':
      return { text, cursor: 0 };
    case 'end':
    case 'ctrl-e':
      return { text, cursor: text.length };
    case 'backspace':
      return remove(field, cursor - characterBefore(text, cursor), cursor);
    case 'delete':
      return remove(field, cursor, cursor + characterAfter(text, cursor));
    case 'ctrl-u':
      return remove(field, 0, cursor);
    case 'ctrl-k':
      return remove(field, cursor, text.length);
    case 'ctrl-w':
      return remove(field, text.slice(0, cursor).replace(/\S+\s*$/, '').length, cursor);
    default: {
      const typed = textOf(key);
      return typed === undefined ? undefined : insertText(field, typed);
    }
  }
}

/** Longest text a field takes. */
const fieldLimit = 500;

/** Control characters, new lines included, are left out. */
export function insertText(field: Field, typed: string): Field {
  const added = typed.replace(/\p{C}/gu, '').slice(0, fieldLimit - field.text.length);
  return {
    text: field.text.slice(0, field.cursor) + added + field.text.slice(field.cursor),
    cursor: field.cursor + added.length,
  };
}

function remove(field: Field, from: number, to: number): Field {
  return { text: field.text.slice(0, from) + field.text.slice(to), cursor: from };
}

function characterBefore(text: string, cursor: number): number {
  return charactersOf(text.slice(0, cursor)).at(-1)?.length ?? 0;
}

function characterAfter(text: string, cursor: number): number {
  return charactersOf(text.slice(cursor))[0]?.length ?? 0;
}
