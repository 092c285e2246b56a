/** Explains every code that mcptui tells of: what it means, what is behind it, and what mends it. docs/errors is written from it. */
import type { Explanation } from './explanation.ts';
import { commands, remote } from './remote.ts';
import { docker, starting } from './starting.ts';

export const explanations: Readonly<Record<string, Explanation>> = { ...starting, ...docker, ...remote, ...commands };

/** The page of docs/errors. */
export function errorPage(code: string, { about, causes, steps }: Explanation): string {
  return [
    `# ${code}`,
    '',
    about,
    '',
    'Usually:',
    '',
    ...causes.map((cause) => `- ${cause}`),
    '',
    'What mends it:',
    '',
    ...steps.map((step, index) => `${index + 1}. ${isCommand(step) ? `\`${step}\`` : step}`),
    '',
  ].join('\n');
}

export function errorIndex(): string {
  const rows = Object.entries(explanations).map(([code, { about }]) => `| [\`${code}\`](${code}.md) | ${about} |`);
  return [
    '# Error codes',
    '',
    'A page each, made from the table behind `mcptui explain CODE` (`npm run docs`).',
    '',
    '| Code | What it means |',
    '| --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function isCommand(step: string): boolean {
  return /^(?:mcptui|docker|systemctl|curl|chmod|mkdir|ls|ssh) \S/.test(step) && !/[,;]|, /.test(step);
}
