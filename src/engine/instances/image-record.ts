/** Keeps what a server's containers are made of: recorded at the first start, told when its name comes to mean another image. */
import type { EpochMs } from '../../kernel/clock.ts';
import type { EventDraft } from '../../store/types.ts';
import type { RunningImage } from '../ports.ts';
import type { LiveInstance } from './live-instance.ts';
import { instanceEvent } from './words.ts';

/** Id of the image that this instance, or another of its server, ran first. */
export function recordedImage(live: LiveInstance, all: readonly LiveInstance[]): string | undefined {
  if (live.record.image !== undefined) return live.record.image.id;
  return all.find((other) => other.record.serverId === live.record.serverId && other.record.image !== undefined)?.record
    .image?.id;
}

/** Records what it runs now; what there is to tell of it. */
export function noteImage(live: LiveInstance, image: RunningImage | undefined, now: EpochMs): readonly EventDraft[] {
  const known = live.record.image;
  if (image === undefined) return [];
  live.record = { ...live.record, image };
  const events: EventDraft[] = [];
  const named = image.namedId === undefined ? {} : { named: image.namedId };
  const tell = (kind: string, message: string, outcome: 'ok' | 'error'): void => {
    live.note(kind, message, now);
    events.push(instanceEvent(live, kind, outcome, { message, detail: { image: image.id, ...named } }));
  };
  const from = image.digest === undefined ? '' : `, ${image.digest}`;
  if (known?.id !== image.id) tell('image_recorded', `it runs the image of digest ${image.id}${from}`, 'ok');
  if (image.namedId !== undefined && image.namedId !== known?.namedId) {
    const words = `its image's name means digest ${image.namedId} now; it goes on with ${image.id}`;
    tell('image_changed', `${words}; to run the new one: mcptui restart ${live.name} --new-image`, 'error');
  }
  return events;
}

/** The next start of this server's instances takes what the image's name means then. */
export function forgetImage(live: LiveInstance, all: readonly LiveInstance[]): void {
  for (const other of all) {
    if (other.record.serverId !== live.record.serverId) continue;
    const { image: _, ...record } = other.record;
    other.record = record;
  }
}
