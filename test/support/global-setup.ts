/** Builds what users run once, so that tests of the built program never see a stale one; and the image of the container tests. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export default function setup(): void {
  if (process.env.MCPTUI_SKIP_BUILD === '1') return;
  run('build.mjs');
  if (hasDocker()) run('test-image.mjs');
}

function run(script: string): void {
  execFileSync(process.execPath, [fileURLToPath(new URL(`../../scripts/${script}`, import.meta.url))], {
    stdio: 'inherit',
  });
}

function hasDocker(): boolean {
  try {
    execFileSync('docker', ['info'], { stdio: 'ignore', timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}
