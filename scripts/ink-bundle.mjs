/**
 * How Ink goes into a bundle (esbuild plugin). ink-table gets the loaded ink, and the row memo Ink's own Output class. Ink's
 * developer tools and an HTTP client that Yoga would load stay out. Ink's measuring remembers what it measured: it asks
 * for the width of every string of the screen for every frame, and nearly all are the same as in the frame before. A line of
 * which only the middle changed is updated there, not written from there to its end.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** `root` is the folder with node_modules. */
export function inkBundle(root) {
  const ink = join(root, 'node_modules/ink');
  const fromInk = createRequire(join(ink, 'build/index.js'));
  const stringWidth = fromInk.resolve('string-width');
  return {
    name: 'ink-bundle',
    setup(api) {
      // ink-table is CommonJS and asks for ink by `require`, which a module with top-level await refuses.
      api.onResolve({ filter: /^ink$/ }, ({ importer }) =>
        importer.includes('/node_modules/ink-table/') ? { path: 'ink', namespace: 'ink-handed-over' } : undefined,
      );
      api.onLoad({ filter: /.*/, namespace: 'ink-handed-over' }, () => ({
        contents: 'module.exports = globalThis[Symbol.for("mcptui.ink")];',
        loader: 'js',
      }));
      api.onResolve({ filter: /^react-devtools-core$/ }, () => ({ path: 'devtools', namespace: 'empty' }));
      api.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export default {}', loader: 'js' }));
      // ink's package does not export these files: name them, so that it is the bundle's own copy.
      api.onResolve({ filter: /\/ink-internals\.ts$/ }, () => ({ path: 'ink-internals', namespace: 'ink-internals' }));
      api.onLoad({ filter: /.*/, namespace: 'ink-internals' }, () => ({
        resolveDir: root,
        contents: `import Output from ${JSON.stringify(join(ink, 'build/output.js'))};
          import { version } from ${JSON.stringify(join(ink, 'package.json'))};
          export const inkInternals = async () => ({ version, Output });`,
      }));
      // Yoga decodes its own bytes by `fetch` where there is one, which loads Node's whole HTTP client at every start.
      api.onLoad({ filter: /\/yoga-layout\/dist\/binaries\/.*\.js$/ }, async ({ path }) => ({
        contents: (await readFile(path, 'utf8')).replaceAll('"function"!=typeof fetch', 'true'),
        loader: 'js',
      }));
      api.onResolve({ filter: /^\.\/line-update\.js$/ }, ({ importer }) =>
        importer.includes('/node_modules/ink/') ? { path: 'line-update', namespace: 'line-update' } : undefined,
      );
      api.onLoad({ filter: /.*/, namespace: 'line-update' }, () => ({
        resolveDir: root,
        contents: `import ofInk from ${JSON.stringify(join(ink, 'build/line-update.js'))};
          import { lineUpdate } from ${JSON.stringify(join(root, 'src/tui/app/line-update.ts'))};
          export default (previous, next, columns) =>
            (process.env.MCPTUI_RENDERER === 'stock' ? undefined : lineUpdate(previous, next, columns)) ??
            ofInk(previous, next, columns);`,
      }));
      api.onResolve({ filter: /^string-width$/ }, ({ importer }) =>
        /\/node_modules\/(?:ink|widest-line)\//.test(importer)
          ? { path: 'string-width', namespace: 'remembered-width' }
          : undefined,
      );
      api.onLoad({ filter: /.*/, namespace: 'remembered-width' }, () => ({
        resolveDir: dirname(stringWidth),
        contents: rememberedWidth(stringWidth),
      }));
    },
  };
}

/** Two generations of up to 4,096 strings: what was asked for lately stays, and memory stays bounded. */
function rememberedWidth(stringWidth) {
  return `import measure from ${JSON.stringify(stringWidth)};
    let young = new Map(), old = new Map();
    export default function stringWidth(text, options) {
      if (options !== undefined || typeof text !== 'string' || text.length < 2) return measure(text, options);
      let width = young.get(text);
      if (width !== undefined) return width;
      width = old.get(text) ?? measure(text);
      if (young.size >= 4096) { old = young; young = new Map(); }
      young.set(text, width);
      return width;
    }`;
}
