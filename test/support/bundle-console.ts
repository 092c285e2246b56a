/** Bundles the console on its in-memory engine as the release is bundled, for tests and benches of the real screen. */
import { build } from 'esbuild';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inkBundle } from '../../scripts/ink-bundle.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface ConsoleBundle {
  /** The file to run with node. */
  readonly file: string;
  remove(): void;
}

/** `entry` is a path from the root of the project. */
export async function bundleConsole(entry = 'test/screen/console-fixture.tsx'): Promise<ConsoleBundle> {
  const folder = mkdtempSync(join(tmpdir(), 'mcptui-console-'));
  // Packages that are loaded when they are needed are found from here as from the installed program.
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
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
    plugins: [inkBundle(root)],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  return { file: join(folder, 'console.mjs'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}
