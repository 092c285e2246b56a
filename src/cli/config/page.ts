/** Writes the table of settings of docs/config.md. Pure. */
import { settings } from './settings.ts';

export function settingsTable(): string {
  return [
    '| Setting | Variable | What it says | It may be | Default | Heard |',
    '| --- | --- | --- | --- | --- | --- |',
    ...settings.map(({ key, variable, about, kind, fallback, heard }) =>
      row([`\`${key}\``, variable === undefined ? '-' : `\`${variable}\``, about, kind.wanted, fallback, heard]),
    ),
  ].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
