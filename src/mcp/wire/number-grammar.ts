/** Walks over a JSON number byte by byte. Pure. */

/** Where a number may be; those from `ZERO` on may be its end. */
export const MINUS = 10;
export const DOT = 11;
export const EXPONENT = 12;
export const EXPONENT_SIGN = 13;
export const ZERO = 14;
export const INTEGER = 15;
export const FRACTION = 16;
export const EXPONENT_DIGITS = 17;
/** The byte belongs to no number. */
export const INVALID = -1;

export const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;

export function nextOfNumber(state: number, byte: number): number {
  if (isDigit(byte)) {
    if (state === MINUS) return byte === 48 ? ZERO : INTEGER;
    if (state === ZERO) return INVALID;
    if (state === INTEGER) return INTEGER;
    return state === DOT || state === FRACTION ? FRACTION : EXPONENT_DIGITS;
  }
  const isWhole = state === ZERO || state === INTEGER;
  if (byte === 46) return isWhole ? DOT : INVALID;
  if (byte === 101 || byte === 69) return isWhole || state === FRACTION ? EXPONENT : INVALID;
  if (byte === 43 || byte === 45) return state === EXPONENT ? EXPONENT_SIGN : INVALID;
  return INVALID;
}
