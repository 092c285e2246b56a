/** Mends what a server says of itself at its begin, which a client of a server that is shown as it is must be able to read. Pure. */
import type { JsonObject } from '../../kernel/json.ts';
import type { UpstreamInfo } from '../types/connection.ts';
import { isMap, stringAt } from '../wire/message.ts';
import { ABSENT, anyMap, flag, icons, members, text, withRules, type Rule } from '../wire/member-rules.ts';

/** Values that stand for a capability without members; for lists any value does, as servers mean it. */
const declared: Rule = (value) => (isMap(value) ? value : {});

const list = (rules: Readonly<Record<string, Rule>>): Rule => {
  const judge = members(rules);
  return (value, path, found) => judge(declared(value, path, found), path, found);
};

/** Only what says yes. */
const wanted: Rule = (value) => (isMap(value) ? value : value === true ? {} : ABSENT);

/** An object of objects. */
const each: Rule = (value, path, found) => {
  if (!isMap(value)) return ABSENT;
  const names = Object.keys(value);
  return withRules(value, names, Object.fromEntries(names.map((name) => [name, anyMap])), path, found);
};

const CAPABILITIES: Readonly<Record<string, Rule>> = {
  tools: list({ listChanged: flag }),
  prompts: list({ listChanged: flag }),
  resources: list({ listChanged: flag, subscribe: flag }),
  logging: wanted,
  completions: wanted,
  experimental: each,
  extensions: each,
  tasks: members({
    list: wanted,
    cancel: wanted,
    requests: members({ tools: members({ call: wanted }) }),
  }),
};
const INFO: Readonly<Record<string, Rule>> = { title: text, description: text, websiteUrl: text, icons };

/** Anything that is no object declares nothing, and has no name. */
export function readClaims(claims: {
  readonly serverInfo?: unknown;
  readonly capabilities?: unknown;
}): Pick<UpstreamInfo, 'serverInfo' | 'capabilities'> {
  const info = isMap(claims.serverInfo) ? claims.serverInfo : {};
  const capabilities = isMap(claims.capabilities) ? claims.capabilities : {};
  return {
    serverInfo: {
      ...(withRules(info, Object.keys(INFO), INFO, '', []) as JsonObject),
      name: stringAt(info, 'name') ?? '',
      version: stringAt(info, 'version') ?? '',
    },
    capabilities: withRules(capabilities, Object.keys(CAPABILITIES), CAPABILITIES, '', []) as JsonObject,
  };
}
