/** Every collection of a data folder, with the schema its records must pass. */
import { z } from 'zod';
import { instanceSchema, type Instance } from './instance.ts';
import { nameSchema, serverSchema, type Server } from './server.ts';

export const projectSchema = z.strictObject({
  id: z.string(),
  name: nameSchema,
  instructions: z.string().max(65_536).default(''),
  createdAt: z.int(),
});
export type Project = z.infer<typeof projectSchema>;

export interface Shape {
  readonly [name: string]: { readonly id: string };
  readonly servers: Server;
  readonly instances: Instance;
  readonly projects: Project;
}

/** `noun` is the singular used in messages. */
export const collections = {
  servers: { noun: 'server', schema: serverSchema },
  instances: { noun: 'instance', schema: instanceSchema },
  projects: { noun: 'project', schema: projectSchema },
} as const;
