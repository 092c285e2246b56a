/** Writes the screen's rows for terminals that cannot show all characters (`--ascii`), and for screen readers. */

/** One cell for one cell, so that rows keep their width. */
const ASCII: Readonly<Record<string, string>> = {
  '●': '*',
  '◐': '~',
  '▲': '!',
  '✗': 'x',
  '○': 'o',
  '✓': '+',
  '★': '*',
  '⚑': '#',
  '▸': '>',
  '▼': 'v',
  '…': '~',
  '·': '-',
  '→': '>',
  '←': '<',
  '↑': '^',
  '↓': 'v',
  '⏎': '/',
  '─': '-',
  '│': '|',
  '┌': '+',
  '┐': '+',
  '└': '+',
  '┘': '+',
  '├': '+',
  '┤': '+',
  '┬': '+',
  '┴': '+',
  '┼': '+',
  '━': '=',
  '┃': '|',
  '█': '#',
  '░': '.',
  '▁': '_',
  '▂': '_',
  '▃': '-',
  '▄': '-',
  '▅': '=',
  '▆': '=',
  '▇': '#',
  '▏': '|',
  '•': '*',
  '⋯': '~',
  '‹': '<',
  '›': '>',
  '◓': '~',
  '◑': '~',
  '◒': '~',
  '′': "'",
  '≈': '~',
  '≥': '>',
  '≤': '<',
  '×': 'x',
  '–': '-',
  '—': '-',
  '’': "'",
  '“': '"',
  '”': '"',
  '∅': '0',
  µ: 'u',
};

// oxlint-disable-next-line no-control-regex -- everything beyond ASCII; rows hold SGR codes, which are ASCII
const BEYOND = /[^\u0000-\u007F]/gu;

/** What has no letter of its own here is a question mark; a wide character takes two, so that the row keeps its width. */
export function asciiRow(row: string, widthOf: (text: string) => number): string {
  return row.replace(BEYOND, (character) => ASCII[character] ?? '?'.repeat(widthOf(character)));
}

const LINES = /[─│┌┐└┘├┤┬┴┼]/g;

/** Without the lines of boxes, and without the spaces that line things up: what a screen reader is to speak. */
export function spokenRow(plainRow: string): string {
  return plainRow.replace(LINES, ' ').trim().replace(/ {2,}/g, '  ');
}
