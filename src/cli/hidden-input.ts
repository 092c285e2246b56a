/** Reads one line from the terminal without echo. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Rejects with an AbortError on ctrl-c. */
export async function readHidden(prompt: string): Promise<string> {
  process.stderr.write(prompt);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await lines.question('');
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
