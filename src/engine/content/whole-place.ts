/** Makes of all the fields of a project or agent the change that leads to them: what is not named is as it is by default. Pure. */
import { isDeepStrictEqual } from 'node:util';
import { gateSettingsSchema } from '../../store/schema/gate.ts';
import { DEFAULT_PAGES } from '../pages/page-rules.ts';
import { DEFAULT_AGENT_ROLE } from '../rights/built-in-roles.ts';
import type { ProjectDetail } from './types.ts';

type Row = Readonly<Record<string, unknown>>;

/** Only what differs: what stays needs no right. */
export function changedFields(wanted: Row, live: object): Row {
  const before = live as Row;
  return Object.fromEntries(Object.entries(wanted).filter(([name, value]) => !isDeepStrictEqual(value, before[name])));
}

/** All of a project, with overrides that are not named taken away. */
export function wholeProject(body: Row, live: Pick<ProjectDetail, 'pages' | 'toolNameLimit' | 'clientPrefix'>): Row {
  const { gate, pages, ...rest } = body;
  const given = (pages ?? {}) as Partial<ProjectDetail['pages']>;
  const gone = Object.keys(live.pages.overrides).map((name) => [name, 'default']);
  const overrides = { ...Object.fromEntries(gone), ...given.overrides };
  const whole = { ...DEFAULT_PAGES, ...given };
  const isSame = isDeepStrictEqual(whole, live.pages);
  return {
    instructions: '',
    gated: false,
    agentRole: DEFAULT_AGENT_ROLE,
    ...(live.toolNameLimit === undefined ? {} : { toolNameLimit: 64 }),
    ...(live.clientPrefix === undefined ? {} : { clientPrefix: '' }),
    ...rest,
    gate: { ...gateSettingsSchema.parse({}), ...(gate as object | undefined) },
    ...(isSame ? {} : { pages: { ...whole, overrides } }),
  };
}
