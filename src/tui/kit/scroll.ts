/** Moves through rows and lines. Pure. */
import type { Viewport } from '../state/viewport.ts';

export type Move = { readonly by: number } | { readonly pages: number } | { readonly to: 'first' | 'last' };

/** The row that a move leads to. */
export function target(move: Move, from: number, total: number, page: number): number {
  const last = Math.max(0, total - 1);
  if ('to' in move) return move.to === 'first' ? 0 : last;
  const by = 'by' in move ? move.by : Math.trunc(move.pages * Math.max(1, page));
  return Math.min(last, Math.max(0, from + by));
}

/** A text scrolled by a move; at its end it follows. */
export function scroll(view: Viewport, move: Move, total: number, page: number): Viewport {
  const last = Math.max(0, total - page);
  const from = view.top === 'end' ? last : Math.min(view.top, last);
  if ('to' in move) return { ...view, top: move.to === 'first' ? 0 : 'end' };
  const by = 'by' in move ? move.by : Math.trunc(move.pages * Math.max(1, page));
  const top = Math.max(0, from + by);
  return { ...view, top: top >= last ? 'end' : top };
}

/** The first line on screen. */
export function firstLine(view: Viewport, total: number, page: number): number {
  const last = Math.max(0, total - page);
  return view.top === 'end' ? last : Math.min(view.top, last);
}
