/** Judges the journal by what a walk through all of its files said. Pure. */
import type { VerifyReport } from '../../../engine/index.ts';
import { plural } from '../../../text/format.ts';
import { fail, ok, warn, type Finding } from '../finding.ts';

export type JournalFacts =
  | { readonly kind: 'none' }
  | { readonly kind: 'read'; readonly report: VerifyReport; readonly isLive: boolean }
  | { readonly kind: 'unfinished'; readonly afterMs: number };

export function checkJournal(facts: JournalFacts): readonly Finding[] {
  switch (facts.kind) {
    case 'none':
      return [ok('journal', 'nothing is stored yet')];
    case 'unfinished':
      return [warn('journal', `not read to its end within ${facts.afterMs / 1000}s`, 'mcptui audit verify')];
    case 'read':
      return [ofReport(facts.report, facts.isLive)];
  }
}

function ofReport({ ok: isWhole, records, events, problems, unfinished }: VerifyReport, isLive: boolean): Finding {
  const [first] = problems;
  if (isWhole || first === undefined) {
    const torn =
      unfinished === undefined ? '' : `; ${unfinished.bytes} bytes of a write that was cut off go at the next start`;
    return ok('journal', `whole: ${plural(records, 'record')}, ${plural(events, 'event')}${torn}`);
  }
  const more = problems.length === 1 ? '' : `, and ${plural(problems.length - 1, 'more problem')}`;
  const repair = isLive
    ? 'mcptui audit verify, then mcptui daemon stop and mcptui store repair'
    : 'mcptui store repair';
  return fail('journal', `${first.file} at byte ${first.offset}: ${first.reason}${more}`, first.hint ?? repair);
}
