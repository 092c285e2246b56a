/**
 * Estimates how much of a model's context a text takes, by words, signs and scripts: within some 10 % of o200k, which the
 * GPT models use (tokenx). Other models count differently, so it is shown with ≈.
 */
import { estimateTokenCount } from 'tokenx';

export function tokensOf(text: string): number {
  return estimateTokenCount(text);
}
