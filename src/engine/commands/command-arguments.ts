/** Checks the arguments of commands that come over HTTP: their number and types. What they mean is for the command to judge. */
import { z } from 'zod';
import { McptuiError } from '../../kernel/errors.ts';
import { contentKinds } from '../../store/schema/content.ts';
import type { EngineCommands } from './commands.ts';

/** A name, id, reference or text; 4 MiB of body bound it. */
const text = z.string();
const flag = z.boolean();
const count = z.int().min(0);
/** An object that the command's own schema judges. */
const fields = z.record(z.string(), z.json());

const kind = z.enum(contentKinds);
const save = z.strictObject({
  bump: z.enum(['major', 'minor', 'patch']).optional(),
  semver: text.optional(),
  note: text.optional(),
  baseHash: text.optional(),
});
const draft = z.strictObject({
  name: text,
  scope: z.enum(['global', 'project', 'agent']).optional(),
  project: text.optional(),
  agent: text.optional(),
  content: fields.optional(),
  text: text.optional(),
});
const change = z.union([z.strictObject({ content: fields }), z.strictObject({ text })]);
const project = z.strictObject({
  instructions: text.optional(),
  gated: flag.optional(),
  toolNameLimit: z.int().optional(),
  clientPrefix: text.optional(),
});
const agent = z.strictObject({
  summary: text.optional(),
  project: text.optional(),
  isDefault: flag.optional(),
  defaultPersonality: text.nullable().optional(),
});
const composed = z.strictObject({
  project: text.optional(),
  agent: text.optional(),
  personality: text.nullable().optional(),
  prompts: z.array(text).optional(),
});
const query = z.strictObject({
  before: count.optional(),
  after: count.optional(),
  limit: count.optional(),
  kind: text.optional(),
  session: text.optional(),
  text: text.optional(),
});
const one = z.tuple([text]);
const two = z.tuple([text, text]);
const none = z.tuple([]);

const shapes: Readonly<Record<keyof EngineCommands, z.ZodType<unknown[]>>> = {
  createServer: z.tuple([fields]),
  deleteServer: one,
  start: one,
  stop: one,
  restart: z.tuple([text, z.strictObject({ newImage: flag.optional() }).optional()]),
  retry: one,
  hold: one,
  probe: one,
  secrets: none,
  setSecret: two,
  removeSecret: one,
  instanceDetail: one,
  logs: z.tuple([text, z.strictObject({ lines: count.optional() }).optional()]),
  events: z.tuple([query]),
  verifyAudit: z.tuple([z.strictObject({ seq: count, hash: text }).optional()]),
  auditHead: none,
  beginLogin: z.union([two, one]),
  finishLogin: two,
  logout: one,
  createToken: z.tuple([
    text,
    z
      .strictObject({
        isOperator: flag.optional(),
        projects: z.array(text).optional(),
        agents: z.array(text).optional(),
      })
      .optional(),
  ]),
  removeToken: one,
  tokens: none,
  catalog: z.tuple([z.strictObject({ server: text.optional(), project: text.optional() }).optional()]),
  callTool: z.tuple([
    text,
    text,
    fields,
    z
      .strictObject({
        project: text.optional(),
        timeoutMs: z.number().positive().optional(),
        callId: text.optional(),
        secretArgs: z.array(text).optional(),
      })
      .optional(),
  ]),
  cancelCall: one,
  disconnectSession: one,
  dropLists: z.tuple([text.optional()]),
  createProject: z.tuple([text, project.optional()]),
  updateProject: z.tuple([text, project]),
  deleteProject: one,
  projectDetail: one,
  createAgent: z.tuple([text, agent.optional()]),
  updateAgent: z.tuple([text, agent]),
  deleteAgent: one,
  createContent: z.tuple([kind, draft, save.optional()]),
  saveContent: z.tuple([kind, text, change, save.optional()]),
  deleteContent: z.tuple([kind, text]),
  contentDetail: z.tuple([kind, text]),
  attachPrompt: z.tuple([text, text, count.optional()]),
  detachPrompt: two,
  bindChoices: one,
  revisions: z.tuple([kind, text]),
  findRevisions: one,
  revisionText: z.tuple([kind, text, text]),
  diffContent: z.tuple([kind, text, text.optional(), text.optional()]),
  diffText: z.tuple([kind, text, text]),
  restoreContent: z.tuple([kind, text, text, text.optional()]),
  undoRevision: one,
  compose: z.tuple([composed]),
  diffComposed: z.tuple([composed, composed]),
  proposalDetail: one,
  approveProposal: z.tuple([text, save.omit({ baseHash: true }).extend({ hash: text, text: text.optional() })]),
  rejectProposal: two,
  withdrawProposal: one,
  reopenProposal: one,
  commentProposal: two,
  editProposal: two,
  rebaseProposal: z.tuple([text, z.strictObject({ text, onto: text }).optional()]),
};

/** The arguments, once they are what `name` takes. JSON has no undefined: what is left out before another arrives as null. @throws McptuiError `invalid` */
export function commandArguments(name: keyof EngineCommands, args: readonly unknown[]): readonly unknown[] {
  const given = args.map((arg) => (arg === null ? undefined : arg));
  const result = shapes[name].safeParse(given);
  if (result.success) return given;
  const [issue] = result.error.issues;
  const [position, ...path] = issue?.path ?? [];
  const where =
    typeof position === 'number'
      ? `argument ${position + 1}${path.map((key) => `.${String(key)}`).join('')}`
      : 'the arguments';
  throw new McptuiError('invalid', `${name}: ${where}: ${issue?.message ?? 'not what the command takes'}`);
}
