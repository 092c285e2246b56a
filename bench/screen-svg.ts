/**
 * A screen as a picture: what @xterm/headless holds, with its colours, as SVG. `node bench/screen-svg.ts OUT.svg` takes the
 * picture of the console on the eight instances of the tests; `node bench/screen-svg.ts OUT.svg -- COMMAND ARGS` of any
 * program, after SVG_WAIT milliseconds (default 4000) and the keys in SVG_KEYS (separated by spaces).
 */
import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { bundleConsole } from '../test/support/bundle-console.ts';
import { openTui, type XtermTerminal } from '../test/support/worlds/open-tui.ts';

const cell = { width: 8.4, height: 18, size: 14 };
const background = '#1e1e2e';
const foreground = '#cdd6f4';
/** The 16 colours of the terminal, then the 216 and 24 of the 256-colour palette by rule. */
const ansi = ['#45475a', '#f38ba8', '#a6e3a1', '#f9e2af', '#89b4fa', '#f5c2e7', '#94e2d5', '#bac2de'];
const bright = ['#585b70', '#f38ba8', '#a6e3a1', '#f9e2af', '#89b4fa', '#f5c2e7', '#94e2d5', '#ffffff'];

type Line = NonNullable<ReturnType<XtermTerminal['buffer']['active']['getLine']>>;
type Cell = NonNullable<ReturnType<Line['getCell']>>;

interface Run {
  readonly column: number;
  readonly columns: number;
  readonly text: string;
  readonly look: Look;
}

interface Look {
  readonly color: string;
  readonly back: string;
  readonly bold: boolean;
  readonly dim: boolean;
}

/** The screen that a terminal shows now. */
export function screenSvg(terminal: XtermTerminal): string {
  const width = Math.ceil(terminal.cols * cell.width) + 24;
  const height = terminal.rows * cell.height + 24;
  const buffer = terminal.buffer.active;
  const rows = Array.from({ length: terminal.rows }, (_, row) => {
    const line = buffer.getLine(buffer.baseY + row);
    return line === undefined
      ? ''
      : runsOf(line, terminal.cols)
          .map((run) => drawn(run, row))
          .join('');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="100%" height="100%" rx="8" fill="${background}"/>`,
    `<g font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${cell.size}" xml:space="preserve">`,
    ...rows.filter((row) => row !== ''),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** Neighbouring cells of one look together; blanks without a background are left out. */
function runsOf(line: Line, columns: number): Run[] {
  const runs: Run[] = [];
  for (let column = 0; column < columns; column += 1) {
    const at = line.getCell(column);
    if (at === undefined || at.getWidth() === 0) continue;
    const look = lookOf(at);
    const text = at.getChars() === '' ? ' ' : at.getChars();
    const last = runs.at(-1);
    const follows = last !== undefined && last.column + last.columns === column && sameLook(last.look, look);
    if (!follows) runs.push({ column, columns: at.getWidth(), text, look });
    else runs[runs.length - 1] = { ...last, columns: last.columns + at.getWidth(), text: last.text + text };
  }
  return runs.filter((run) => run.text.trim() !== '' || run.look.back !== background);
}

function lookOf(at: Cell): Look {
  const color = at.isFgDefault() ? foreground : colorOf(at.getFgColor(), at.isFgRGB());
  const back = at.isBgDefault() ? background : colorOf(at.getBgColor(), at.isBgRGB());
  const turned = at.isInverse() !== 0;
  return { color: turned ? back : color, back: turned ? color : back, bold: at.isBold() !== 0, dim: at.isDim() !== 0 };
}

function colorOf(value: number, isRgb: boolean): string {
  if (isRgb) return `#${value.toString(16).padStart(6, '0')}`;
  const named = value < 8 ? ansi[value] : bright[value - 8];
  if (value < 16 && named !== undefined) return named;
  if (value >= 232) return gray(8 + (value - 232) * 10);
  const level = (index: number): number => (index === 0 ? 0 : 55 + index * 40);
  const [r, g, b] = [Math.floor((value - 16) / 36), Math.floor((value - 16) / 6) % 6, (value - 16) % 6];
  return `rgb(${level(r)},${level(g)},${level(b)})`;
}

const gray = (level: number): string => `rgb(${level},${level},${level})`;

function sameLook(a: Look, b: Look): boolean {
  return a.color === b.color && a.back === b.back && a.bold === b.bold && a.dim === b.dim;
}

function drawn({ column, columns, text, look }: Run, row: number): string {
  const x = 12 + column * cell.width;
  const y = 12 + row * cell.height;
  const width = columns * cell.width;
  const behind =
    look.back === background
      ? ''
      : `<rect x="${fixed(x)}" y="${y}" width="${fixed(width)}" height="${cell.height}" fill="${look.back}"/>`;
  const style = `${look.bold ? ' font-weight="bold"' : ''}${look.dim ? ' opacity="0.6"' : ''}`;
  // The length keeps columns in line whatever font the reader has.
  return `${behind}<text x="${fixed(x)}" y="${y + 13.5}" textLength="${fixed(width)}" lengthAdjust="spacingAndGlyphs" fill="${look.color}"${style}>${escaped(text)}</text>`;
}

const fixed = (value: number): string => value.toFixed(1).replace(/\.0$/, '');

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [out = 'screen.svg', dashes, ...command] = process.argv.slice(2);
  const bundle = dashes === '--' ? undefined : await bundleConsole();
  const [file = process.execPath, ...args] = bundle === undefined ? command : [process.execPath, bundle.file];
  const env = { MCPTUI_FIXTURE: JSON.stringify({ frozen: true }), NODE_ENV: 'production' };
  const tui = openTui(file, args, { columns: 120, rows: 36, ...(bundle === undefined ? {} : { env }) });
  await delay(Number(process.env.SVG_WAIT ?? (bundle === undefined ? 4000 : 1500)));
  for (const key of (process.env.SVG_KEYS ?? '').split(' ').filter((word) => word !== '')) await tui.press(key);
  await delay(500);
  writeFileSync(out, screenSvg(tui.terminal));
  // As a terminal that is closed: the program restores it and ends what it started.
  tui.kill('SIGHUP');
  await Promise.race([tui.ended, delay(10_000)]);
  await tui[Symbol.asyncDispose]();
  bundle?.remove();
}
