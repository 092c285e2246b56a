/** Finds the token of a request: unknown and expired ones are refused in words. */
import type { EpochMs } from '../../kernel/clock.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { AccessTokens, TokenInfo } from '../access/tokens.ts';

export async function bearerOf(
  tokens: AccessTokens,
  authorization: string | undefined,
  now: EpochMs,
): Promise<TokenInfo | McptuiError> {
  if (authorization === undefined) return new McptuiError('denied', 'Unauthorized: a bearer token is required');
  const [, value] = /^Bearer +(\S+) *$/i.exec(authorization) ?? [];
  const found = value === undefined ? undefined : await tokens.find(value);
  if (found === undefined) {
    return new McptuiError('denied', 'Unauthorized: unknown token', { hint: 'it may have been deleted or rotated' });
  }
  if (found.expiresAt === undefined || found.expiresAt > now) return found;
  return new McptuiError('denied', `Unauthorized: token ${found.name} has expired`, {
    hint: 'an operator makes another: mcptui rotate token, or create token',
  });
}
