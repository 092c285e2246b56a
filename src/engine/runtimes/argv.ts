/** What a source is run as, without a shell. */
import type { Source } from '../../store/schema/server.ts';

/** Empty for a source that no process can run (an image, a URL). */
export function argvOf(source: Source): readonly string[] {
  switch (source.kind) {
    case 'command':
      return source.command;
    case 'package':
      return packageArgv(source.package, source.args);
    case 'image':
    case 'url':
      return [];
  }
}

/** `npm:SPEC` by npx, `pypi:SPEC` by uvx; `--` keeps a spec from being read as an option. */
export function packageArgv(spec: string, args: readonly string[]): readonly string[] {
  const name = spec.slice(spec.indexOf(':') + 1);
  return spec.startsWith('npm:') ? ['npx', '--yes', '--', name, ...args] : ['uvx', '--', name, ...args];
}
