/** Lists the fields of a new server that its kind of source needs, named as the flags of `create server`. Pure. */
import { choiceField as choice, plainField as field, requiredField as required } from '../../../kit/plain-field.ts';
import type { FormField } from '../../../state/form-field.ts';
import { sourceKinds, type SourceKind } from './source.ts';

/** How the rest of a definition depends on what runs it. */
export interface Shape {
  readonly kind: SourceKind;
  /** It runs in a container. */
  readonly inContainer: boolean;
}

const RUNS = required(
  field(
    'runs',
    'text',
    'words',
    'npm:SPEC, pypi:SPEC, https://…, an image, or a program by its whole path; arguments may follow.',
  ),
);
const KIND = required(choice('kind', sourceKinds, 'What that is; told from its first word until you choose.'));
const NAME = required(
  field('name', 'text', 'a-z 0-9 -', 'Stands before the names of its tools; proposed from what runs.'),
);
const ARGUMENTS = field('arguments', 'text', 'words', 'Words after it, in quotes where there are spaces.');
const ENV = field(
  'env',
  'text',
  'K=V words',
  'NAME=VALUE. A secret is NAME=secret:file/NAME or NAME=secret:env/NAME; keep one first with n in pane 7.',
);
const HEADER = field('header', 'text', 'K=V words', "NAME=VALUE, such as 'Authorization=Bearer secret:file/NAME'.");
const CWD = field(
  'cwd',
  'text',
  'folder',
  'Where it runs; proposed when a word means a place in your folder. Without one it has an empty folder of its own.',
);
const RUNTIME = choice('runtime', ['process', 'docker'], 'As a process of this machine, unless docker is chosen.');
const TRANSPORT = choice('transport', ['streamable-http', 'sse'], 'Streamable HTTP, unless the older sse is chosen.');
const PRIVATE = field(
  'allow-private',
  'boolean',
  'yes or no',
  'The URL may lead to this machine or a private network.',
);
const HTTP = field('allow-http', 'boolean', 'yes or no', 'The URL may lead to another machine without TLS.');
const PROJECT = field('project', 'text', 'a-z 0-9 -', 'The project whose agents get it; made when it is not there.');
const REPLICAS = field('replicas', 'integer', 'number', 'How many are kept running; 1 unless you say so.');
const ISOLATION = choice(
  'isolation',
  ['session', 'shared'],
  'An instance for each session (the rule for what speaks stdio), or one for all.',
);
const PROBE_TOOL = field('probe-tool', 'text', 'tool', 'Ready once a call of this tool works, instead of tools/list.');
const PROBE_ARGS: FormField = {
  ...field('probe-args', 'json', 'JSON', 'Arguments of that call, as a JSON object.'),
  schema: { type: 'object' },
};
const MEMORY = field('memory', 'integer', 'MiB', 'Limit of its container; 512 unless you say so.');
const PIDS = field('pids', 'integer', 'number', 'Processes in its container at most; 256 unless you say so.');
const CPUS = field('cpus', 'number', 'cores', 'Limit of its container; none unless you say so.');
const NETWORK = choice('network', ['none', 'bridge'], 'Of its container: none, unless bridge is chosen.');
const PREFIX = field('prefix', 'text', 'text', "Before __tool, instead of the server's name.");
const CONTEXT = field('context', 'text', 'text', "What agents should know of it, put before its tools' descriptions.");

/** What runs comes first, then what it needs, then what may be left as it is. */
export function fieldsOf({ kind, inContainer }: Shape): readonly FormField[] {
  return [RUNS, KIND, NAME, ...sourceFields(kind, inContainer), ...commonFields(kind, inContainer)];
}

/** All there are; their texts outlive a change of the kind. */
export function everyField(): readonly FormField[] {
  const all = sourceKinds.flatMap((kind) => [true, false].flatMap((inContainer) => fieldsOf({ kind, inContainer })));
  return [...new Set(all)];
}

function sourceFields(kind: SourceKind, inContainer: boolean): readonly FormField[] {
  switch (kind) {
    case 'url':
      return [HEADER, TRANSPORT, PRIVATE, HTTP];
    case 'image':
      return [ARGUMENTS, ENV];
    case 'command':
      return [ARGUMENTS, ENV, CWD];
    case 'package':
      return [ARGUMENTS, ENV, RUNTIME, ...(inContainer ? [] : [CWD])];
  }
}

function commonFields(kind: SourceKind, inContainer: boolean): readonly FormField[] {
  return [
    PROJECT,
    ...(kind === 'url' ? [] : [REPLICAS]),
    ISOLATION,
    PROBE_TOOL,
    PROBE_ARGS,
    ...(inContainer ? [MEMORY, PIDS, CPUS, NETWORK] : []),
    PREFIX,
    CONTEXT,
  ];
}
