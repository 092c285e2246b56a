/** Judges whether a value can be looked for in all text: a short one or a word would mask what is no secret. Pure. */
import { MAX_SECRET_CHARS, MIN_SECRET_CHARS } from './forms.ts';

const WORDS: ReadonlySet<string> = new Set(
  (
    'abc123 access account admin administrator allowed application authorization basic bearer changeme client content ' +
    'database debug default deny development disabled docker enabled engine error example false files github gitlab ' +
    'google guest hello server house http https infinity input letmein localhost login master mcptui message method ' +
    'monkey mysql nobody nodejs normal number object output passphrase passwd password postgres private prod ' +
    'production project prompt public qwerty readonly redis request resource response root secret service session ' +
    'sample staging standard string system template test testing token tools true undefined unknown update user ' +
    'username value welcome windows world dragon sunshine princess football baseball iloveyou trustno superman ' +
    'linux docker macos ubuntu debian anonymous internal external localdomain hunter'
  ).split(' '),
);

/** Why the value is not masked in texts, in words; undefined when it is. */
export function weakness(value: string): string | undefined {
  const trimmed = value.trim();
  if (trimmed === '') return undefined;
  if (trimmed.length < MIN_SECRET_CHARS) return `it is shorter than ${MIN_SECRET_CHARS} characters`;
  if (WORDS.has(trimmed.toLowerCase())) return 'it is a common word';
  return undefined;
}

/** Why the value cannot be a secret at all; undefined when it can. */
export function tooLong(value: string): string | undefined {
  if (value.length <= MAX_SECRET_CHARS) return undefined;
  return `it has ${value.length} characters, at most ${MAX_SECRET_CHARS} are allowed; keep it in a file and give the server its path`;
}
