/**
 * Builds the images of the container tests from local files, since none can be pulled everywhere: the project's own Node
 * with the libraries it needs, a shell, and the fixture server. Prints what it built; exits 0 when they are there already.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);
const node = realpathSync(require.resolve('node/bin/node'));
const fixture = path.join(root, 'test/fixtures/contract-server.mjs');
export const image = 'mcptui-test';

function docker(args, options = {}) {
  return execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...options });
}

function libraries(program) {
  const lines = execFileSync('ldd', [program], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => /(\/\S+) \(0x/.exec(line)?.[1] ?? []);
}

const digest = createHash('sha256').update(readFileSync(fixture)).update(node).digest('hex').slice(0, 12);
const tag = `${image}:${digest}`;
let present = true;
try {
  docker(['image', 'inspect', tag]);
} catch {
  present = false;
}
if (!present) {
  const folder = mkdtempSync(path.join(tmpdir(), 'mcptui-image-'));
  try {
    const put = (from, to) => {
      const target = path.join(folder, to);
      mkdirSync(path.dirname(target), { recursive: true });
      cpSync(realpathSync(from), target);
    };
    for (const program of [node, '/bin/dash']) for (const library of libraries(program)) put(library, library);
    put(node, '/usr/bin/node');
    put('/bin/dash', '/bin/sh');
    put(fixture, '/srv/contract-server.mjs');
    if (existsSync('/etc/passwd')) put('/etc/passwd', '/etc/passwd');
    mkdirSync(path.join(folder, 'tmp'), { recursive: true });
    const tar = path.join(tmpdir(), `${path.basename(folder)}.tar`);
    execFileSync('tar', ['-C', folder, '-cf', tar, '.']);
    docker(['import', '--change', 'CMD ["/usr/bin/node", "/srv/contract-server.mjs"]', tar, tag]);
    rmSync(tar);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
docker(['tag', tag, `${image}:latest`]);
console.log(`${image}:latest is ${tag}${present ? ' (was there)' : ''}`);
