/** Bundles the console on its in-memory engine as the release is bundled, for tests and benches of the real screen. */
import { build, type Plugin } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** ink-table requires ink, which cannot be required: it is given the loaded one. Ink's developer tools stay out. */
const inkForInkTable: Plugin = {
  name: 'ink-for-ink-table',
  setup(api) {
    api.onResolve({ filter: /^ink$/ }, (args) =>
      args.importer.includes('/node_modules/ink-table/') ? { path: 'ink', namespace: 'ink-handed-over' } : undefined,
    );
    api.onLoad({ filter: /.*/, namespace: 'ink-handed-over' }, () => ({
      contents: 'module.exports = globalThis[Symbol.for("mcptui.ink")];',
      loader: 'js',
    }));
    api.onResolve({ filter: /\/ink-internals\.ts$/ }, () => ({ path: 'ink-internals', namespace: 'ink-internals' }));
    api.onLoad({ filter: /.*/, namespace: 'ink-internals' }, () => ({
      resolveDir: root,
      contents: `import Output from './node_modules/ink/build/output.js';
        import { version } from './node_modules/ink/package.json';
        export const inkInternals = async () => ({ version, Output });`,
    }));
    api.onResolve({ filter: /^react-devtools-core$/ }, () => ({ path: 'devtools', namespace: 'empty' }));
    api.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export default {}', loader: 'js' }));
  },
};

export interface ConsoleBundle {
  /** The file to run with node. */
  readonly file: string;
  remove(): void;
}

/** `entry` is a path from the root of the project. */
export async function bundleConsole(entry = 'test/screen/console-fixture.tsx'): Promise<ConsoleBundle> {
  const folder = mkdtempSync(join(tmpdir(), 'mcptui-console-'));
  await build({
    absWorkingDir: root,
    entryPoints: { console: entry },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node22.12',
    minifySyntax: true,
    logLevel: 'warning',
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"', MCPTUI_VERSION: '"0.1.0"' },
    plugins: [inkForInkTable],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  return { file: join(folder, 'console.mjs'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}
