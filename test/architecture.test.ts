/** Imports point one way: tui → engine/index.ts → { store, mcp } → kernel. Each library lives in one place. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
interface Import {
  readonly file: string;
  readonly specifier: string;
  /** Below src, for a relative import. */
  readonly target: string | undefined;
}

const files = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter(
  (name) => /\.(ts|tsx|cts)$/.test(name) && !name.endsWith('.d.ts'),
);
const source = (file: string): string => readFileSync(path.join(root, 'src', file), 'utf8');

const imports: readonly Import[] = files.flatMap((file) => {
  const text = source(file);
  const fixed = [...text.matchAll(/^(?:import|export)\s(?:type\s)?(?:[\w*{},\s]+?\sfrom\s)?'([^'\n]+)'/gm)];
  const loaded = [...text.matchAll(/(?:\bimport|\brequire)\('([^'\n]+)'\)/g)];
  const found = [...fixed, ...loaded].map((match) => match[1] ?? '');
  return found.map((specifier) => {
    const target = specifier.startsWith('.') ? path.join(path.dirname(file), specifier) : undefined;
    return { file, specifier, target };
  });
});

/** An area is a folder of src. */
const areaOf = (file: string): string => file.split('/')[0] ?? '';

/** What each area may import besides itself. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  pacing: ['kernel'],
  clients: ['kernel'],
  store: ['kernel', 'pacing'],
  mcp: ['kernel', 'pacing'],
  engine: ['kernel', 'pacing', 'store', 'mcp'],
  text: ['kernel', 'engine'],
  tui: ['kernel', 'clients', 'text', 'engine'],
  cli: ['kernel', 'pacing', 'clients', 'store', 'mcp', 'engine', 'text', 'tui'],
};

/** Rooms of an area, lowest first; a room imports from rooms on lower lines only. A file directly in the area is a room of its name. */
const orders: Readonly<Record<string, readonly (readonly string[])[]>> = {
  mcp: [
    ['wire'],
    ['types'],
    ['eras', 'proxy', 'pages'],
    ['upstream', 'downstream'],
    ['lists'],
    ['servers'],
    ['projects'],
    ['traffic'],
    ['calls'],
    ['operator'],
    ['router'],
    ['index'],
  ],
  tui: [['state'], ['kit'], ['overlays'], ['panes'], ['app']],
};

/** Package → the places that may import it; what is not listed may be imported nowhere. */
const libraries: Readonly<Record<string, readonly string[]>> = {
  '@bomb.sh/tab': ['cli/verbs/completion.ts'],
  '@hono/node-server': ['engine/host/rest.ts'],
  '@modelcontextprotocol/sdk': ['mcp/'],
  canonicalize: ['engine/content/content-hash.ts', 'engine/signing/canonical.ts'],
  commander: ['cli/'],
  diff: ['engine/content/diff.ts'],
  dockerode: ['engine/runtimes/docker/'],
  execa: ['engine/runtimes/'],
  fuzzysort: ['tui/'],
  hono: ['engine/host/rest.ts'],
  ignore: ['cli/content/skill-folder.ts'],
  ink: ['tui/'],
  'ink-table': ['tui/'],
  'jsonc-parser': ['clients/formats/jsonc.ts'],
  lowdb: ['store/'],
  minisearch: ['engine/selection/'],
  pino: ['engine/host/'],
  react: ['tui/'],
  semver: ['engine/content/semver.ts'],
  'shell-quote': ['tui/overlays/editor/'],
  'string-width': ['text/', 'tui/', 'cli/'],
  'toml-eslint-parser': ['clients/formats/toml.ts'],
  tokenx: ['kernel/tokens.ts'],
  ulid: ['kernel/ids.ts'],
  yaml: [
    'cli/config/',
    'cli/yaml.ts',
    'cli/documents/sources.ts',
    'clients/formats/yaml.ts',
    'engine/content/front-matter.ts',
  ],
  zod: ['store/', 'engine/'],
  zustand: ['tui/'],
};

/** Groups of files that reach each other by imports (Tarjan's algorithm). */
function knots(): string[][] {
  const edges = Map.groupBy(
    imports.filter(({ target }) => target !== undefined && files.includes(target)),
    ({ file }) => file,
  );
  const found: string[][] = [];
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const visit = (file: string): void => {
    const number = order.size;
    order.set(file, number);
    lowest.set(file, number);
    stack.push(file);
    for (const { target = '' } of edges.get(file) ?? []) {
      if (!order.has(target)) visit(target);
      if (stack.includes(target)) lowest.set(file, Math.min(lowest.get(file) ?? 0, lowest.get(target) ?? 0));
    }
    if (lowest.get(file) !== number) return;
    const knot = stack.splice(stack.indexOf(file));
    if (knot.length > 1) found.push(knot.toSorted());
  };
  for (const file of files) if (!order.has(file)) visit(file);
  return found;
}

/** What running a file loads at once: not what it imports on demand, and no types. */
function loadedWith(start: string): { readonly files: readonly string[]; readonly packages: readonly string[] } {
  const reached = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const [, names = '', specifier = ''] of source(file).matchAll(
      /^(?:import|export)\s(?!type\s)(?:([\w*{},\s]+?)\sfrom\s)?'([^'\n]+)'/gm,
    )) {
      const isTypes = /^\{(?:\s*type\s[^,}]+,?)+\s*\}$/.test(names);
      if (isTypes || specifier.startsWith('node:')) continue;
      if (specifier.startsWith('.')) visit(path.join(path.dirname(file), specifier));
      else packages.add(specifier);
    }
  };
  visit(start);
  return { files: [...reached], packages: [...packages] };
}

describe('src', () => {
  it('is seen whole by this test', () => {
    expect(files.length).toBeGreaterThan(100);
    expect(imports.length).toBeGreaterThan(300);
  });

  it('imports one way only', () => {
    const wrong = imports.filter(({ file, target }) => {
      if (target === undefined) return false;
      const [from, to] = [areaOf(file), areaOf(target)];
      return from !== to && !(allowed[from] ?? []).includes(to);
    });
    expect(wrong.map(({ file, specifier }) => `${file} → ${specifier}`)).toEqual([]);
  });

  it('orders the rooms of an area', () => {
    const wrong = Object.entries(orders).flatMap(([area, order]) => {
      const roomOf = (file: string): string => (file.split('/')[1] ?? '').replace(/\.\w+$/, '');
      const levels = new Map(order.flatMap((rooms, level) => rooms.map((room) => [room, level] as const)));
      const inside = imports.filter(({ file, target }) => areaOf(file) === area && areaOf(target ?? '') === area);
      return inside.filter(({ file, target = '' }) => {
        const [from, to] = [roomOf(file), roomOf(target)];
        const [above, below] = [levels.get(from), levels.get(to)];
        return above === undefined || below === undefined || (from !== to && above <= below);
      });
    });
    expect(wrong.map(({ file, specifier }) => `${file} → ${specifier}`)).toEqual([]);
  });

  it('has no cycle of imports, those of types included', () => {
    expect(knots()).toEqual([]);
  });

  it('lets the console see the engine through its index only', () => {
    const wrong = imports.filter(
      ({ file, target }) =>
        /^(?:tui|text)\//.test(file) && target?.startsWith('engine/') === true && target !== 'engine/index.ts',
    );
    expect(wrong).toEqual([]);
  });

  it('keeps each library in its one place', () => {
    const wrong = imports.filter(({ file, specifier }) => {
      if (specifier.startsWith('.') || specifier.startsWith('node:')) return false;
      const name = specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/');
      return !(libraries[name] ?? []).some((place) => file.startsWith(place));
    });
    expect(wrong.map(({ file, specifier }) => `${file} → ${specifier}`)).toEqual([]);
  });

  it('loads no schema into those who send commands, and no handler with the table of commands', () => {
    expect(loadedWith('engine/host/client.ts').packages).toEqual([]);
    expect(loadedWith('engine/commands/read-only.ts').packages).toEqual([]);
    const table = loadedWith('engine/commands/table/index.ts');
    expect(table.packages).toEqual(['zod']);
    expect(table.files.filter((file) => /^engine\/(?:commands\/[^/]*$|instances|host)/.test(file))).toEqual([]);
    expect(loadedWith('engine/commands/index.ts').files.filter((file) => file.includes('commands/table/'))).toEqual([]);
  });

  it('keeps every kind of proposal out of the inbox', () => {
    const known = imports.filter(
      ({ file, target }) => file.startsWith('engine/inbox/') && target?.startsWith('engine/content/') === true,
    );
    expect(known).toEqual([]);
  });

  it('lets what selects prompts and tools, and what cuts pages, know texts and nothing else', () => {
    const wrong = imports.filter(({ file, specifier, target = specifier }) => {
      const room = /^(?:engine\/selection|mcp\/pages)\//.exec(file)?.[0];
      if (room === undefined || target.startsWith(room)) return false;
      return !/^kernel\/(?:append|foreign|json|markdown-lines|one-line|tokens)\.ts$|^minisearch$|^node:module$/.test(
        target,
      );
    });
    expect(wrong.map(({ file, specifier }) => `${file} → ${specifier}`)).toEqual([]);
  });

  it('loads nothing but Node itself into the proxy', () => {
    const reached = new Set<string>();
    const visit = (file: string): void => {
      if (reached.has(file)) return;
      reached.add(file);
      for (const { target } of imports.filter((entry) => entry.file === file && entry.target !== undefined))
        if (target !== undefined) visit(target);
    };
    visit('mcp/proxy/stdio-proxy.cts');
    const packages = imports.filter(
      ({ file, specifier }) => reached.has(file) && !specifier.startsWith('.') && !specifier.startsWith('node:'),
    );
    expect(packages).toEqual([]);
  });

  it('gives a daemon the same memory, whoever starts it', () => {
    const options = (text: string): string[] => text.match(/--[a-z-]+-space-size=\d+/g) ?? [];
    const ours = options(source('kernel/start-daemon.ts'));
    expect(ours).toHaveLength(2);
    expect(options(source('../bin/mcptui.js'))).toEqual(ours);
  });

  it('has no file over 300 lines', () => {
    const long = files
      .map((file) => `${file}: ${source(file).split('\n').length - 1}`)
      .filter((line) => Number(line.split(': ')[1]) > 300);
    expect(long).toEqual([]);
  });
});
