/** Names the labels by which containers of this data folder are found again. */
export const LABELS = {
  folder: 'io.mcptui.folder',
  instance: 'io.mcptui.instance',
  name: 'io.mcptui.name',
  generation: 'io.mcptui.generation',
  /** On a container that never runs: somebody looks into its image. */
  look: 'io.mcptui.look',
} as const;
