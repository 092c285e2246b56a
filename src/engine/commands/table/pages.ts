/** Lists the commands on long answers that agents got in pages. */
import * as z from 'zod';
import type { PageReport } from '../../pages/page-report.ts';
import { command } from './entry.ts';
import { text } from './shapes.ts';

export const pageEntries = {
  page: command<(project: string, id: string, page?: number) => Promise<PageReport>>({
    about:
      'A long answer as its server gave it, known secret values masked: the text of one page, or without `page` the titles ' +
      'of all, and the summary that a model has made of it. The id is in the detail of the call’s trace. Refused with `not-found` once it is no longer kept.',
    effect: 'reads',
    verb: 'view',
    resource: 'audit',
    audit: [],
    on: (_meant, project) => [{ kind: 'audit', project }],
    args: [
      ['project', text],
      ['id', text],
      ['page', z.int().min(1).optional()],
    ],
  }),
};
