/** Judges the version of Node that runs mcptui. Pure. */
import { fail, ok, type Finding } from '../finding.ts';

/** As package.json's `engines` and `bin/mcptui.js` say. */
export const MIN_NODE = [22, 12] as const;

export interface NodeFacts {
  /** `v24.1.0` */
  readonly version: string;
  readonly execPath: string;
}

export function checkNode({ version, execPath }: NodeFacts): readonly Finding[] {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const [wantedMajor, wantedMinor] = MIN_NODE;
  const isGood = major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
  const wanted = `${wantedMajor}.${wantedMinor} or later`;
  if (isGood) return [ok('node', `${version} at ${execPath}`)];
  return [fail('node', `${version} at ${execPath} is too old: ${wanted} is needed`, `install Node ${wanted}`)];
}
