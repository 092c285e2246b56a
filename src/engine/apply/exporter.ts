/** Writes resources as documents that, applied, change nothing. Pure. */
import type { Database } from '../../store/types.ts';
import type { Shape } from '../../store/schema/index.ts';
import { SET } from '../servers/entry-text.ts';
import { framedOf } from './documents.ts';
import { flatten, pathText } from './fields.ts';
import { kinds } from './kinds/index.ts';
import { documentKinds } from './kind-names.ts';
import { type ExportedDocument, type ExportQuery } from './types.ts';

type From = Pick<Database<Shape>, 'collection'>;

/** In the order in which they need each other. */
export function exported(from: From, query: ExportQuery): readonly ExportedDocument[] {
  const { kinds: wanted = documentKinds, name, project, labels = {}, manager } = query;
  const records = new Map(
    from
      .collection('applied')
      .all()
      .map((row) => [row.id, row]),
  );
  return documentKinds
    .filter((noun) => wanted.includes(noun))
    .flatMap((noun) => {
      const kind = kinds[noun];
      return kind.all(from).flatMap((found): readonly ExportedDocument[] => {
        const record = records.get(`${noun}/${found.ref}`);
        const own = record?.labels ?? {};
        const isAsked =
          (name === undefined || found.ref === name || found.fields['name'] === name) &&
          (project === undefined || projectOf(noun, found.fields) === project) &&
          Object.entries(labels).every(
            ([key, value]) => own[key] !== undefined && (value === '' || own[key] === value),
          ) &&
          (manager === undefined || Object.values(record?.owners ?? {}).some((of) => manager in of));
        if (!isAsked) return [];
        const document = framedOf(kind, found, own);
        const leftOut = [...flatten(document)].filter(([, value]) => value === SET).map(([path]) => pathText(path));
        return [{ kind: noun, ref: found.ref, document, leftOut }];
      });
    });
}

function projectOf(noun: string, fields: Readonly<Record<string, unknown>>): unknown {
  return noun === 'project' ? fields['name'] : fields['project'];
}
