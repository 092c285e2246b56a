/** Makes the argv that a source is run as, without a shell. */
import type { Source } from '../../store/schema/server.ts';

/** Empty for a source that no process can run (an image, a URL). `ownFolder` holds no project. */
export function argvOf(source: Source, ownFolder: string): readonly string[] {
  switch (source.kind) {
    case 'command':
      return source.command;
    case 'package': {
      // A project in the folder that it works in would bring programs and settings of its own.
      const options = source.cwd !== undefined && isNpm(source.package) ? [`--prefix=${ownFolder}`] : [];
      return packageArgv(withVersion(source.package), source.args, options);
    }
    case 'image':
    case 'url':
      return [];
  }
}

/** Variables that a source gets besides: with them npm reports its downloads and why they fail. */
export function ownEnv(source: Source): Readonly<Record<string, string>> {
  return source.kind === 'package' && isNpm(source.package) ? { npm_config_loglevel: 'http' } : {};
}

/** `npm:SPEC` by npx, `pypi:SPEC` by uvx; `--` keeps a spec from being read as an option. */
export function packageArgv(spec: string, args: readonly string[], options: readonly string[] = []): readonly string[] {
  const name = spec.slice(spec.indexOf(':') + 1);
  return [...(spec.startsWith('npm:') ? ['npx', '--yes'] : ['uvx']), ...options, '--', name, ...args];
}

function isNpm(spec: string): boolean {
  return spec.startsWith('npm:');
}

/** npx takes a bare name for that of a program first, which it looks for in `node_modules/.bin` of every folder above. */
function withVersion(spec: string): string {
  return /^npm:(?:@[^/@:]+\/)?[^/@:]+$/.test(spec) ? `${spec}@latest` : spec;
}
