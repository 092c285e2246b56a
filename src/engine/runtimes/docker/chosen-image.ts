/** Chooses the image of a start: the one that the server ran first, whatever its name means by now. */
import type { Failure } from '../../../store/schema/failure.ts';
import type { RunningImage, StartRequest } from '../../ports.ts';
import type { DockerImages, ImageFacts } from './docker-image.ts';

export interface ChosenImage {
  readonly facts: ImageFacts;
  readonly running: RunningImage;
}

/** The name means another image now, and the recorded one is not here any more. */
export class ImageChanged extends Error {
  override readonly name = 'ImageChanged';
  readonly failure: Failure;

  constructor(image: string, recorded: string, named: string) {
    super(`image ${image} changed`);
    this.failure = { kind: 'image-changed', image, recorded, named };
  }
}

/** @throws ImageChanged; ImageUnavailable; DockerUnreachable */
export async function imageToRun(
  images: DockerImages,
  request: StartRequest,
  name: string,
  signal: AbortSignal,
): Promise<ChosenImage> {
  const { image: recorded } = request;
  const { source } = request.server;
  const pull = source.kind === 'image' ? source.pull : undefined;
  if (pull === 'always') await images.refresh(name, signal);
  const pinned = recorded === undefined ? undefined : await images.find(recorded, signal);
  if (pinned === undefined) {
    const named = await images.facts(name, signal, pull === 'never' ? 'never' : 'missing');
    if (recorded !== undefined && named.id !== recorded) throw new ImageChanged(name, recorded, named.id);
    return { facts: named, running: runningOf(named) };
  }
  // A name that means nothing any more is no reason not to run what it meant.
  const named = await images.find(name, signal);
  const differs = named !== undefined && named.id !== pinned.id;
  return { facts: pinned, running: { ...runningOf(pinned), ...(differs ? { namedId: named.id } : {}) } };
}

function runningOf({ id, digest }: ImageFacts): RunningImage {
  return { id, ...(digest === undefined ? {} : { digest }) };
}
