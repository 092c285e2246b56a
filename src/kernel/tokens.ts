/** Estimates how much of a model's context a text takes: models count differently, so it is shown with ≈. */
import { estimateTokenCount } from 'tokenx';

export function tokensOf(text: string): number {
  return estimateTokenCount(text);
}
