/** Starts the answer to a shell by itself: everything else that a verb loads would keep a key waiting. */
import { followed } from '../../kernel/engine-pointer.ts';
import { resolvePaths } from '../../kernel/paths.ts';
import { userHome } from '../../kernel/user-home.ts';
import { answerShell } from './answer.ts';

await answerShell(followed(resolvePaths(process.env, userHome())).socketPaths, process.argv.slice(4));
// A connection that nobody reads any more must not keep it alive.
process.stdout.write('', () => process.exit(0));
