/** Tells what the console asks of a terminal beside painting on it: the bell, reports of the mouse, its size. */
import type { Size } from '../state/ui-store.ts';

/** MCPTUI_BELL=off or 0 keeps the terminal quiet. */
export function wantsBell({ MCPTUI_BELL }: Readonly<Record<string, string | undefined>>): boolean {
  return MCPTUI_BELL !== 'off' && MCPTUI_BELL !== '0';
}

/** Turns reports of wheel and buttons on or off, as SGR reports. */
export function mouseReports(isOn: boolean): string {
  const end = isOn ? 'h' : 'l';
  return `\u001B[?1000${end}\u001B[?1006${end}`;
}

export function terminalSize(): Size {
  return { columns: process.stdout.columns ?? 80, rows: process.stdout.rows ?? 24 };
}
