/** Bundles src into dist: the command line (console, daemon and worker load on demand) and the proxy, which stands alone. */
import { readFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { build } from 'esbuild';
import { inkBundle } from './ink-bundle.mjs';
import { writeHelp } from './write-help.mjs';

const root = new URL('..', import.meta.url).pathname;
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const wantsMetafile = process.argv.includes('--metafile');

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node22.12',
  sourcemap: 'linked',
  logLevel: 'warning',
  define: {
    'process.env.NODE_ENV': '"production"',
    'process.env.DEV': '"false"',
    MCPTUI_VERSION: JSON.stringify(version),
  },
};

/**
 * `import … from 'node:http'` reads every export of it, lazy ones included, which loads a whole HTTP client that nothing here
 * uses: a third of a cold start. The module itself, asked for as such, reads nothing.
 */
const lazyHttp = {
  name: 'lazy-http',
  setup(build) {
    build.onResolve({ filter: /^(?:node:)?http$/ }, () => ({ path: 'node:http', namespace: 'lazy-http' }));
    build.onLoad({ filter: /.*/, namespace: 'lazy-http' }, () => ({
      contents: "module.exports = process.getBuiltinModule('node:http');",
      loader: 'js',
    }));
  },
};

const [main, proxy] = await Promise.all([
  build({
    ...common,
    entryPoints: {
      main: 'src/cli/main.ts',
      complete: 'src/cli/completion/main.ts',
      worker: 'src/engine/host/worker-entry.ts',
      pages: 'src/engine/pages/page-worker.ts',
    },
    outdir: 'dist',
    format: 'esm',
    splitting: true,
    minifySyntax: true,
    metafile: true,
    // Native or worker-loading packages stay packages; they are dependencies, so an installed mcptui has them.
    external: ['dockerode', 'pino'],
    // Its other build loads its parts by names that no bundle can follow.
    alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
    plugins: [inkBundle(root), lazyHttp],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  }),
  build({
    ...common,
    entryPoints: { 'stdio-proxy': 'src/mcp/proxy/stdio-proxy.cts' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    target: 'node18',
    minifySyntax: true,
    metafile: true,
  }),
]);
// What an earlier build left goes last, so that a program that is just starting finds its parts.
const help = await writeHelp(root);
const written = new Set([main, proxy].flatMap(({ metafile }) => Object.keys(metafile.outputs)));
for (const name of help) written.add(`dist/${name}`);
for (const name of await readdir(`${root}dist`)) {
  if (!written.has(`dist/${name}`)) await rm(`${root}dist/${name}`, { recursive: true, force: true });
}
if (wantsMetafile) console.log(JSON.stringify({ main: main.metafile, proxy: proxy.metafile }));
