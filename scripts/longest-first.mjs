/** Orders test files so that those that wait for programs begin first, and short ones fill the cores beside them. */
import { BaseSequencer } from 'vitest/node';

const ORDER = ['e2e', 'screen', 'crash', 'wire', 'unit'];

export class LongestFirst extends BaseSequencer {
  async sort(specifications) {
    const sorted = await super.sort(specifications);
    const rank = ({ project }) => ORDER.indexOf(project.name);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}
