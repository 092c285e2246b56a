/** Checks records of what agents are told: agents, prompts, personalities, skills and their revisions. */
import * as z from 'zod';
import { linkFault, MAX_LINKS } from './link.ts';
import { nameSchema } from './server.ts';

/** Names of prompts, personalities and skills; part of URIs, of files and of `prompts/list`. */
export const contentNameSchema = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, 'use 1 to 64 of a-z, 0-9 and -, not - at an end');

/** Control characters are kept as they are; half a surrogate pair has no UTF-8 and no hash. */
const wellFormed = (text: string): boolean => text.isWellFormed();
const text = (max: number): z.ZodString =>
  z
    .string()
    .max(max, `is over ${max} characters long`)
    .refine(wellFormed, 'holds half of a surrogate pair, which is no text');

export const summarySchema = text(1_024);
export const noteSchema = text(2_000);
/** Longest body of a prompt, in characters. */
export const MAX_BODY = 256 * 1024;
/** Longest sum of a skill's files, in characters; of binary ones those of their base64. */
export const MAX_SKILL = 4 * 1024 * 1024;

/** `style` is global; `project:ops/deploy-rules` and `agent:reviewer/howto` belong to one project or agent. */
export const promptRefSchema = z
  .string()
  .regex(/^(?:(?:project|agent):[a-z0-9-]+\/)?[a-z0-9-]+$/, 'use NAME, project:PROJECT/NAME or agent:AGENT/NAME');

/** Tags of one prompt, at most. */
const MAX_TAGS = 32;
/** Printable, without a comma: tags may be written as words between commas. */
const tagSchema = text(64)
  .regex(/^[^\p{C},]+$/u, 'use words without commas')
  .refine((tag) => tag.trim() === tag, 'use no space at an end');

/** One, or a list of them. */
const linksSchema = z
  .union(
    [z.string(), z.array(z.string()).min(1, 'is an empty list: leave it out')],
    'use a reference, or a list of them',
  )
  .superRefine((links, context) => {
    const all = typeof links === 'string' ? [links] : links;
    const add = (message: string, index: number): void => {
      context.addIssue({ code: 'custom', message, path: typeof links === 'string' ? [] : [index] });
    };
    for (const [index, link] of all.slice(0, MAX_LINKS).entries()) {
      const fault = all.indexOf(link) < index ? 'is there twice' : linkFault(link);
      if (fault !== undefined) add(fault, index);
    }
    if (all.length > MAX_LINKS) add(`is over the limit of ${MAX_LINKS} links`, MAX_LINKS);
  });

export const promptContentSchema = z.strictObject({
  summary: summarySchema.default(''),
  /** What it is about: sessions of gated projects that ask for one of them are given the prompt. */
  tags: z.array(tagSchema).max(MAX_TAGS, `are over ${MAX_TAGS}`).optional(),
  /** Higher comes first among prompts of one scope. */
  priority: z.int().min(1, 'use 1 to 10').max(10, 'use 1 to 10').default(5),
  /** Prompts, read live in front of this one's own body, and resources of servers (`project/server:uri`), read live behind it. */
  link: linksSchema.optional(),
  /** `day`: while a linked resource cannot be read, what was read last is given, up to a day old. */
  stale: z.enum(['day']).optional(),
  /** `worn`: told and listed only where the session's personality binds it; absent = always. */
  read: z.enum(['always', 'worn']).optional(),
  /** Arguments that the body has, `name?` for one that may be left out. Absent: each `{{name}}` in it is one. */
  arguments: z
    .array(z.string().regex(/^[A-Za-z_][\w-]{0,63}\??$/, 'use NAME, or NAME? for one that may be left out'))
    .max(64)
    .optional(),
  /** Front matter of the program that the text was written for, as it stood; agents do not read it. */
  foreign: text(16 * 1024).optional(),
  body: text(MAX_BODY),
});

export const personalityContentSchema = z.strictObject({
  summary: summarySchema.default(''),
  /** References of prompts in the order in which they are read. */
  prompts: z
    .array(promptRefSchema)
    .max(256)
    .default([])
    .refine((refs) => new Set(refs).size === refs.length, 'binds a prompt twice'),
});

/** Segments between slashes: none empty, none `.` or `..`, no backslash, nothing invisible. */
const filePathSchema = z
  .string()
  .max(256)
  .refine(
    (path) => path.split('/').every((part) => /^[^\\\p{C}]+$/u.test(part) && part !== '.' && part !== '..'),
    'use a relative path without . or ..',
  );

const MAX_SKILL_FILES = 256;

export const skillContentSchema = z
  .strictObject({
    /** By path; `SKILL.md` carries the front matter with name and description. */
    files: z.record(filePathSchema, text(MAX_SKILL)).refine((files) => 'SKILL.md' in files, 'has no SKILL.md'),
    /** Files that are no text, by path, as base64. */
    binary: z.record(filePathSchema, z.base64().max(MAX_SKILL)).optional(),
  })
  .refine(
    ({ files, binary = {} }) => Object.keys(files).length + Object.keys(binary).length <= MAX_SKILL_FILES,
    `holds over ${MAX_SKILL_FILES} files`,
  )
  .refine(
    ({ files, binary = {} }) =>
      [...Object.values(files), ...Object.values(binary)].reduce((sum, file) => sum + file.length, 0) <= MAX_SKILL,
    `holds over ${MAX_SKILL / 1024 / 1024} Mi characters`,
  )
  .refine(
    ({ files, binary = {} }) => !Object.keys(binary).some((path) => path in files),
    'has a file twice, as text and as bytes',
  );

export const contentKinds = ['prompt', 'personality', 'skill'] as const;
export type ContentKind = (typeof contentKinds)[number];

export const scopeFields = {
  scope: z.enum(['global', 'project', 'agent']),
  project: nameSchema.optional(),
  agent: nameSchema.optional(),
};

/** Project XOR agent, as the scope says. */
function placed(row: {
  readonly scope: string;
  readonly project?: string | undefined;
  readonly agent?: string | undefined;
}): boolean {
  return (
    (row.project !== undefined) === (row.scope === 'project') && (row.agent !== undefined) === (row.scope === 'agent')
  );
}
const PLACED = 'a prompt or skill is global, of one project, or of one agent';

/** SHA-256 over RFC 8785 canonical JSON of the content, 64 hex digits. */
export const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);

/** Which revision is live. */
export const currentSchema = z.strictObject({ id: z.string(), semver: z.string(), hash: hashSchema });

const rowFields = {
  id: z.string(),
  name: contentNameSchema,
  current: currentSchema,
  createdAt: z.int(),
  updatedAt: z.int(),
  /** `operator:ann`, `agent:reviewer`. */
  updatedBy: z.string(),
};

export const promptSchema = z
  .strictObject({ ...rowFields, ...scopeFields, content: promptContentSchema })
  .refine(placed, PLACED);
export const skillSchema = z
  .strictObject({ ...rowFields, ...scopeFields, content: skillContentSchema })
  .refine(placed, PLACED);
export const personalitySchema = z.strictObject({ ...rowFields, agent: nameSchema, content: personalityContentSchema });

export const agentSchema = z.strictObject({
  id: z.string(),
  name: nameSchema,
  summary: summarySchema.default(''),
  /** Where it works: its personalities may bind this project's prompts. */
  project: nameSchema.default('default'),
  /** Stands for sessions that name no agent; at most one. */
  isDefault: z.boolean().default(false),
  /** Name of one of its own personalities. */
  defaultPersonality: z.string().nullable().default(null),
  createdAt: z.int(),
  updatedAt: z.int(),
});

export const contentSchema = z.union([promptContentSchema, personalityContentSchema, skillContentSchema]);

export const revisionSchema = z.strictObject({
  id: z.string(),
  kind: z.enum(contentKinds),
  resourceId: z.string(),
  /** How the resource is referred to. */
  ref: z.string(),
  /** MAJOR.MINOR.PATCH; anything else that a file may hold counts as 0.1.0. */
  semver: z.string(),
  hash: hashSchema,
  author: z.string(),
  note: noteSchema.default(''),
  at: z.int(),
  /** Of the same resource. */
  previous: z.string().optional(),
  proposal: z.string().optional(),
  /** Semver of the revision whose content this one brings back. */
  restored: z.string().optional(),
  /** Id of the revision that this one takes back. */
  undoes: z.string().optional(),
  content: contentSchema,
});

export type PromptContent = z.infer<typeof promptContentSchema>;
export type PersonalityContent = z.infer<typeof personalityContentSchema>;
export type SkillContent = z.infer<typeof skillContentSchema>;
export type Content = PromptContent | PersonalityContent | SkillContent;
export type Current = z.infer<typeof currentSchema>;
export type Agent = z.infer<typeof agentSchema>;
export type Prompt = z.infer<typeof promptSchema>;
export type Personality = z.infer<typeof personalitySchema>;
export type Skill = z.infer<typeof skillSchema>;
export type Revision = z.infer<typeof revisionSchema>;
export type Scope = Prompt['scope'];
