/** Names the ways in which a server may run. What each is called and takes is told by the engine's table of runtimes. */
import * as z from 'zod';

export const runtimeKinds = ['docker', 'process', 'remote'] as const;

export const runtimeKindSchema = z.enum(runtimeKinds);

export type RuntimeKind = z.infer<typeof runtimeKindSchema>;
