/** Writes what the build makes of the verbs: `help.json`, which completion reads, and the man page. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

/** Names of the files, in dist. */
export async function writeHelp(root) {
  const json = execFileSync(process.execPath, [`${root}dist/main.js`, '--help-json'], { encoding: 'utf8' });
  const tree = JSON.parse(json);
  const page = execFileSync(process.execPath, [`${root}dist/main.js`, '--help-man'], { encoding: 'utf8' });
  writeFileSync(`${root}dist/help.json`, JSON.stringify(tree));
  writeFileSync(`${root}dist/mcptui.1`, page);
  return ['help.json', 'mcptui.1'];
}
