/** Names the commands that a project may demand a signature for, with the number of their arguments before it. */

export const signableArguments = {
  approveProposal: 2,
  rejectProposal: 2,
  reopenProposal: 1,
  admitSession: 1,
  createContent: 3,
  saveContent: 4,
  deleteContent: 2,
  attachPrompt: 3,
  detachPrompt: 2,
  restoreContent: 4,
  undoRevision: 1,
  createBinding: 3,
  deleteBinding: 1,
  updateRole: 2,
  updateProject: 2,
  deleteProject: 1,
  updateAgent: 2,
  registerKey: 1,
  revokeKey: 1,
} as const;

export type SignableName = keyof typeof signableArguments;

export const signableNames = Object.keys(signableArguments) as [SignableName, ...SignableName[]];

export function isSignable(name: string): name is SignableName {
  return Object.hasOwn(signableArguments, name);
}
