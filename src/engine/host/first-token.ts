/** Makes the first token over TCP, without which nobody could connect, and leaves it where only the operator can read it. */
import path from 'node:path';
import type { AccessTokens } from '../access/tokens.ts';
import { writePrivately } from '../access/private-file.ts';

const FIRST_NAME = 'default';

/** What `MCPTUI_TOKEN` names is accepted as well; it then is enough. `note` is told where a new token lies. */
export async function firstToken(
  tokens: Pick<AccessTokens, 'list' | 'create' | 'accept'>,
  folder: string,
  given: string | undefined,
  note: ((line: string) => void) | undefined,
): Promise<void> {
  if (given !== undefined && given !== '') return tokens.accept(given);
  if ((await tokens.list()).length > 0) return;
  const file = path.join(folder, 'http-token');
  // The file first: a crash in between leaves one that is not valid yet, and never a token that nobody knows.
  await tokens.create(FIRST_NAME, { isOperator: false, first: (token) => writePrivately(file, `${token}\n`) });
  note?.(`mcptui: made the token "${FIRST_NAME}" for connections over TCP; it is in ${file}`);
}
