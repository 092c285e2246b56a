/** Writes what an editor shows where there is no file of settings yet: every setting, as a comment. Pure. */
import { settings, type Setting } from './settings.ts';

export function emptyConfig(): string {
  const single = settings.filter(({ key }) => !key.includes('.'));
  const groups = Map.groupBy(
    settings.filter(({ key }) => key.includes('.')),
    ({ key }) => key.slice(0, key.indexOf('.')),
  );
  return [
    '# Settings of mcptui. Take the # away from what you set; variables of the environment win.',
    ...single.flatMap((setting) => lines(setting, '')),
    ...[...groups].flatMap(([name, own]) => ['', `# ${name}:`, ...own.flatMap((setting) => lines(setting, '  '))]),
    '',
  ].join('\n');
}

function lines({ key, kind, about, fallback }: Setting, indent: string): readonly string[] {
  const name = key.slice(key.indexOf('.') + 1);
  const value = kind.choices === undefined ? '' : `  # ${kind.choices.join(', ')}`;
  return ['', `# ${indent}# ${about}; default: ${fallback}`, `# ${indent}${name}:${value}`];
}
