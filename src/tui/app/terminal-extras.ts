/** Tells what the console asks of a terminal beside painting on it: reports of the mouse, its size. */
import type { Size } from '../state/ui-store.ts';

/** Turns reports of wheel and buttons on or off, as SGR reports. */
export function mouseReports(isOn: boolean): string {
  const end = isOn ? 'h' : 'l';
  return `\u001B[?1000${end}\u001B[?1006${end}`;
}

export function terminalSize(): Size {
  return { columns: process.stdout.columns ?? 80, rows: process.stdout.rows ?? 24 };
}
