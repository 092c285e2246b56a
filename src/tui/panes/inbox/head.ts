/** Tells of a proposal what is to be known before its text is read: who, why, how stale, how risky, what it costs. */
import { append } from '../../../kernel/append.ts';
import type { ProposalDetail, ProposalView } from '../../../engine/index.ts';
import { clean, cut, wrap } from '../../../text/clean.ts';
import { approvalWords } from '../../../text/approval-words.ts';
import { person } from '../../kit/describe.ts';
import { age, count, plural } from '../../../text/format.ts';
import { glyphs, type Line } from '../../kit/theme.ts';
import type { UiState } from '../../state/ui-store.ts';
import { riskMark } from './table.ts';
import { fromWord, kindWord, proposalLine, stateTones } from './words.ts';

const reasonRows = 3;

export function headLines(
  state: UiState,
  proposal: ProposalView,
  data: ProposalDetail | undefined,
  width: number,
): readonly Line[] {
  const lines: Line[] = wrapped(whatLine(state, proposal), width, 2).map((text): Line => [text]);
  append(lines, decisionLines(state, proposal, width));
  const isPending = proposal.state === 'pending';
  const { approvals } = proposal;
  if (isPending && approvals !== undefined)
    lines.push([['signed ', 'dim'], cut(clean(approvalWords(approvals)), width - 7)]);
  if (isPending && proposal.isStale) lines.push(staleLine(data));
  if (isPending && data !== undefined && data.proposal.hash !== proposal.hash) {
    lines.push([[`${glyphs.warn} it has changed: loading the new text …`, 'warn']]);
  }
  const reason = clean(proposal.reason) === '' ? 'no reason given' : `reason "${clean(proposal.reason)}"`;
  append(
    lines,
    wrapped(reason, width, reasonRows).map((text): Line => [text]),
  );
  const risks = riskWords(proposal, data);
  if (risks.length > 0) {
    append(
      lines,
      wrapped(`${riskMark} ${risks.join(' · ')}`, width, 2).map((text): Line => [[text, 'bad']]),
    );
  }
  if (data !== undefined) {
    const checks = wrapped(checkWords(data, risks.length), width - 7, 2);
    append(
      lines,
      checks.map((text, index): Line => [[index === 0 ? 'checks ' : '       ', 'dim'], text]),
    );
  }
  return lines;
}

/** Three lines for where there is no room for more. */
export function peekLines(
  state: UiState,
  proposal: ProposalView,
  data: ProposalDetail | undefined,
  width: number,
): readonly Line[] {
  const risks = riskWords(proposal, data);
  const alarm: Line =
    proposal.state !== 'pending'
      ? (decisionLines(state, proposal, width)[0] ?? [])
      : proposal.isStale
        ? staleLine(data)
        : risks.length > 0
          ? [[`${riskMark} ${risks.join(' · ')}`, 'bad']]
          : [['checks ', 'dim'], data === undefined ? 'loading …' : checkWords(data, 0)];
  return [
    [`${proposalLine(proposal)}   +${proposal.added} -${proposal.removed}${signedWord(proposal)}`],
    [clean(proposal.reason) === '' ? 'no reason given' : `"${clean(proposal.reason)}"`],
    alarm,
  ];
}

const signedWord = ({ state, approvals }: ProposalView): string =>
  state !== 'pending' || approvals === undefined ? '' : `   ${approvals.have} of ${approvals.need} approvals`;

/** At most so many lines; of a longer text the last one ends in `…`. */
function wrapped(text: string, width: number, most: number): readonly string[] {
  const lines = wrap(text, width);
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), cut(`${lines[most - 1] ?? ''}…`, width)];
}

/** `prompt deploy-rules 1.4.1 → 1.4.2 by reviewer · session ses_91c (6 calls) · 2d4h ago`. */
function whatLine({ view, now }: UiState, proposal: ProposalView): string {
  const { session, createdAt } = proposal;
  const calls = session === undefined ? undefined : view?.sessions.get(session)?.calls;
  const from =
    session === undefined
      ? ''
      : ` · session ${clean(session)}${calls === undefined ? '' : ` (${plural(calls, 'call')})`}`;
  return `${proposalLine(proposal)}${from} · ${age(now - createdAt)} ago`;
}

function decisionLines({ now }: UiState, { state, decision, next }: ProposalView, width: number): readonly Line[] {
  if (state === 'pending') return [];
  if (decision === undefined) return [[[state, stateTones[state]]]];
  const { by, at, reason, semver, takenBack } = decision;
  const as = state === 'approved' ? ` as ${clean(semver ?? next)}` : '';
  const why = reason === '' ? '' : `: ${clean(reason)}`;
  const text = `${state} by ${person(by)} ${age(now - at)} ago${as}${why}`;
  if (takenBack === undefined) return wrapped(text, width, 2).map((line): Line => [[line, stateTones[state]]]);
  const how = takenBack.semver === undefined ? 'by removing the text' : `as ${clean(takenBack.semver)}`;
  const since = `taken back ${how} by ${person(takenBack.by)} ${age(now - takenBack.at)} ago`;
  return wrapped(`${text}, ${since}`, width, 2).map((line): Line => [[line, 'warn']]);
}

function staleLine(data: ProposalDetail | undefined): Line {
  const stale = data?.stale;
  const live = stale === undefined ? 'live has moved on' : `live is ${clean(stale.live)}`;
  const how = stale === undefined || stale.isClean ? '' : ' in your editor';
  return [[`${glyphs.warn} STALE ${live} · u rebase${how} · ] both sides`, 'warn']];
}

/** Risks of the row, and every unusual character that the text holds, counted. */
function riskWords({ risks }: ProposalView, data: ProposalDetail | undefined): readonly string[] {
  const unusual = (data?.unusual ?? []).map(
    ({ shown, what, count: times }) => `${clean(shown)} ${clean(what)} ×${times}`,
  );
  return [...risks.map(clean), ...unusual];
}

function checkWords({ tokens, usedBy, proposal, readers, unusual }: ProposalDetail, risks: number): string {
  const read = readers === undefined ? [] : [`read by ${clean(readers)}`];
  const users = usedBy.length === 0 ? [] : [`used by ${usedBy.length}: ${usedBy.map(clean).join(', ')}`];
  const nobody = kindWord(proposal) === 'persona' && usedBy.length === 0 ? ['no agent’s default'] : [];
  const fine = risks === 0 && unusual.length === 0 ? ['no risk found'] : [];
  const size = `≈${count(tokens.before)}→${count(tokens.after)} tok`;
  return [size, ...fine, ...read, ...users, ...nobody].join(' · ');
}

/** `p7f3 reviewer proposes prompt deploy-rules 1.4.1 → 1.4.2`. */
export function arrivalText(arrived: readonly ProposalView[]): string {
  const [first, ...others] = arrived;
  if (first === undefined) return '';
  if (others.length > 0)
    return `${arrived.length} new proposals: ${cut(arrived.map(({ id }) => clean(id)).join(', '), 30)} · 4 shows them`;
  const { id, ref, base, next, isNew } = first;
  const what = `${kindWord(first)} ${clean(ref)} ${isNew ? `(new)` : `${clean(base ?? '-')}→${clean(next)}`}`;
  return `${clean(id)} ${fromWord(first)} proposes ${what} · 4 shows it`;
}
