/** Finds the user's home folder, also for programs that are started without `HOME`. */
import { homedir, userInfo } from 'node:os';

/** `/` for a user whom the system does not know. */
export function userHome(): string {
  try {
    return homedir() || userInfo().homedir || '/';
  } catch {
    return '/';
  }
}
