/** Whether the container tests can run here. In CI they must: there a missing engine fails them instead of skipping. */
import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';

export const TEST_IMAGE = 'mcptui-test:latest';

function whyNot(): string | undefined {
  try {
    accessSync('/var/run/docker.sock', constants.R_OK | constants.W_OK);
    execFileSync('docker', ['image', 'inspect', TEST_IMAGE], { stdio: 'ignore', timeout: 20_000 });
    return undefined;
  } catch (error) {
    return `no Docker engine with image ${TEST_IMAGE} (node scripts/test-image.mjs): ${(error as Error).message.split('\n')[0] ?? ''}`;
  }
}

/** Why the suite cannot run; undefined when it can, and always in CI. Says so once on stderr. */
export function skipDocker(suite: string): boolean {
  if (process.env.CI !== undefined) return false;
  const why = whyNot();
  if (why !== undefined) console.error(`skipped: ${suite}: ${why}`);
  return why !== undefined;
}
