/** Names what an operator should look at twice in a proposal, each in a few words. Pure. */
import { append } from '../../kernel/append.ts';
import { cutText } from '../../kernel/foreign.ts';
import type { Content, ContentKind } from '../../store/schema/content.ts';
import { linksOf } from '../../store/schema/link.ts';
import { plainText } from './rows.ts';
import { argumentsOf } from './template.ts';
import { unusualCharacters } from './unusual.ts';

const ADDRESS = /\bhttps?:\/\/[^\s)>\]]+/g;

export function risksOf(
  kind: ContentKind,
  live: Content | undefined,
  proposed: Content,
  lines: { readonly removed: number; readonly before: number },
): readonly string[] {
  const risks: string[] = [];
  const before = live === undefined ? '' : plainText(kind, live);
  const after = plainText(kind, proposed);
  const unusual = unusualCharacters(after).reduce((sum, { count }) => sum + count, 0);
  if (unusual > 0) risks.push(`${unusual} unusual character${unusual === 1 ? '' : 's'}`);
  const known = new Set(before.match(ADDRESS));
  const addresses = new Set((after.match(ADDRESS) ?? []).filter((address) => !known.has(address)));
  if (addresses.size > 0) risks.push(`names ${addresses.size} new web address${addresses.size === 1 ? '' : 'es'}`);
  if (live !== undefined && lines.before >= 4 && lines.removed * 2 > lines.before) {
    risks.push(`removes ${Math.round((100 * lines.removed) / lines.before)} % of the lines`);
  }
  if (kind === 'prompt') append(risks, promptRisks(live, proposed));
  if ('prompts' in proposed && live !== undefined && 'prompts' in live) {
    const gone = live.prompts.filter((ref) => !proposed.prompts.includes(ref));
    if (gone.length > 0) risks.push(`unbinds ${gone.join(', ')}`);
  }
  return risks;
}

function promptRisks(live: Content | undefined, proposed: Content): readonly string[] {
  const risks: string[] = [];
  if (!('body' in proposed)) return risks;
  const old = live !== undefined && 'body' in live ? live : undefined;
  if (old !== undefined) {
    const now = argumentsOf([proposed]).map(({ name }) => name);
    const dropped = argumentsOf([old]).filter(({ name }) => !now.includes(name));
    if (dropped.length > 0) risks.push(`drops ${dropped.map(({ name }) => `{{${name}}}`).join(', ')}`);
    const [before, after] = [old.read ?? 'always', proposed.read ?? 'always'];
    if (before !== after) risks.push(`read ${before} → ${after}`);
  }
  const known = linksOf(old ?? {});
  const added = linksOf(proposed).filter((link) => !known.includes(link));
  if (added.length > 0) risks.push(`links to ${added.map((link) => cutText(link, 120)).join(', ')}`);
  if (old !== undefined && old.priority !== proposed.priority) {
    risks.push(`priority ${old.priority} → ${proposed.priority}`);
  }
  return risks;
}
