/** Says which names an argument or an option takes. Pure. */

/** Kinds of names that a running engine can list; a tool's server is part of it. */
export type NameKind =
  | 'servers'
  | 'instances'
  | 'sessions'
  | 'projects'
  | 'agents'
  | 'prompts'
  | 'personalities'
  | 'skills'
  | 'proposals'
  | 'models'
  | 'roles'
  | 'bindings'
  | 'tokens'
  | 'secrets'
  | 'backends'
  | `tools of ${string}`;

const ofNoun: Readonly<Record<string, NameKind>> = {
  server: 'servers',
  instance: 'instances',
  session: 'sessions',
  project: 'projects',
  agent: 'agents',
  prompt: 'prompts',
  personality: 'personalities',
  skill: 'skills',
  proposal: 'proposals',
  model: 'models',
  role: 'roles',
  binding: 'bindings',
  token: 'tokens',
  secret: 'secrets',
  backend: 'backends',
};

export const optionNames: Readonly<Record<string, NameKind>> = {
  '--project': 'projects',
  '--agent': 'agents',
  '--server': 'servers',
  '--session': 'sessions',
  '--personality': 'personalities',
  '--default-personality': 'personalities',
  '--prompt': 'prompts',
  '--role': 'roles',
  '--agent-role': 'roles',
};

const INSTANCE_VERBS = ['start', 'stop', 'restart', 'retry', 'hold', 'probe', 'logs'];
const REVISED = ['server', 'prompt', 'personality', 'skill'];
/** What is made gets a name of its own. */
const MAKING = 'create';

/** Names for an argument of a verb, or the words that it may be; `given`: the arguments before it. */
export function namesFor(
  words: string,
  argument: string,
  given: readonly string[],
): NameKind | readonly string[] | undefined {
  const [verb = '', noun = ''] = words.split(' ');
  if (argument === 'kind') return REVISED;
  if (argument === 'role') return 'roles';
  if (verb === MAKING) return undefined;
  if (argument === 'tool') return given[0] === undefined ? undefined : `tools of ${given[0]}`;
  if (argument === 'name' && noun === '') {
    const kind = ofNoun[given[0] ?? ''];
    if (given.length > 0) return kind;
    return INSTANCE_VERBS.includes(verb) ? 'instances' : verb === 'scale' ? 'servers' : undefined;
  }
  if (argument === 'name' && given.length === 1 && noun === 'revisions') return ofNoun[given[0] ?? ''];
  if (verb === 'set' && argument === 'name') return 'servers';
  if (argument === 'name' || argument === 'id') return given.length === 0 ? ofNoun[noun] : undefined;
  return ofNoun[argument];
}
