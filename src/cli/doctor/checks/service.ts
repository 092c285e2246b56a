/** Judges the installed service: whether it is what would be installed now. Pure. */
import { ok, warn, type Finding } from '../finding.ts';

export type ServiceFacts =
  | { readonly kind: 'none' }
  | { readonly kind: 'installed'; readonly file: string; readonly differs: boolean; readonly state: string };

export function checkService(facts: ServiceFacts): readonly Finding[] {
  if (facts.kind === 'none') return [ok('service', 'not installed')];
  const { file, differs, state } = facts;
  if (differs) {
    const text = `${file} is not what would be installed now: another Node, PATH or folder`;
    return [warn('service', text, 'mcptui service install')];
  }
  if (state === 'active') return [ok('service', `active: ${file}`)];
  return [warn('service', `${file} is installed and ${state === '' ? 'not active' : state}`, 'mcptui service status')];
}
