/** Words of a backend of secrets: how its secrets are written, how it is, where it is. */
import type { BackendView } from '../engine/index.ts';

/** How its secrets are written. */
export function backendForm({ name, fields }: Pick<BackendView, 'name' | 'fields'>): string {
  if (fields.kind === 'openbao') return `secret:${name}/${fields.mount ?? 'MOUNT'}/PATH#KEY`;
  return fields.command.some((word) => word.includes('{path}')) ? `secret:${name}/PATH` : `secret:command/${name}`;
}

/** With the next step, where it does not answer. */
export function backendState({ state, step }: Pick<BackendView, 'state' | 'step'>): string {
  if (state.kind !== 'failing') return state.kind;
  return `${state.reason}${step === undefined ? '' : ` → ${step}`}`;
}

export function backendPlace({ fields }: Pick<BackendView, 'fields'>): string {
  return fields.kind === 'openbao' ? fields.url : fields.command.join(' ');
}
