/** JSON values that look random and are the same for the same seed. */
import { seededRandom } from './random.ts';

/** Numbers from 0 up to 1. */
export function fractions(seed: number): () => number {
  const random = seededRandom(seed);
  return () => random.below(1_000_000) / 1_000_000;
}

/** A JSON value with at most `depth` levels. */
export function anyValue(random: () => number, depth: number): unknown {
  const pick = Math.floor(random() * (depth === 0 ? 5 : 7));
  const count = Math.floor(random() * 4);
  if (pick === 0) return null;
  if (pick === 1) return random() < 0.5;
  if (pick === 2) return Math.floor(random() * 2000) - 1000;
  if (pick === 3) return (random() - 0.5) * 10 ** Math.floor(random() * 40 - 20);
  if (pick === 4) return anyText(random);
  if (pick === 5) return Array.from({ length: count }, () => anyValue(random, depth - 1));
  return Object.fromEntries(Array.from({ length: count }, () => [anyText(random), anyValue(random, depth - 1)]));
}

const CHARACTERS = ['a', 'result', 'é', '日', '😀', '"', '\\', '/', '\n', '\u0001', '\u2028', '{', '}', ','];

function anyText(random: () => number): string {
  return Array.from(
    { length: Math.floor(random() * 5) },
    () => CHARACTERS[Math.floor(random() * CHARACTERS.length)],
  ).join('');
}
