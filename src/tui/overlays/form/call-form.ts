/** Fills in the arguments of a call. Nothing runs while the form is open. */
import type { JsonObject } from '../../../kernel/json.ts';
import { clean } from '../../../text/clean.ts';
import type { Ui } from '../../kit/ui.ts';
import { fieldOf } from '../../state/field.ts';
import type { FormWords } from '../../state/overlays.ts';
import type { ToolRow } from '../../state/panes/tools.ts';
import { bufferOf } from '../../state/text-buffer.ts';
import { formOf } from './fields.ts';
import { openForm } from './form.ts';
import { secretArgs, shownArgs } from './values.ts';

/** What was typed, to be called with. */
export interface CallDraft {
  readonly tool: ToolRow;
  readonly args: JsonObject;
  /** Names of arguments that look like secrets. */
  readonly secretArgs: readonly string[];
  /** The arguments as they may be shown. */
  readonly shown: string;
}

type CallTool = (ui: Ui, draft: CallDraft) => void;

export function openCallForm(ui: Ui, tool: ToolRow, callTool: CallTool): void {
  const root = tool.definition['inputSchema'];
  const form = formOf(root);
  const drafts = ui.state.tools.drafts.get(tool.id);
  const isJson = form.kind === 'json';
  const fields = isJson ? [] : form.fields;
  openForm(
    ui,
    {
      title: `Call ${clean(tool.server)}/${clean(tool.name)}`,
      sends: 'call it',
      does: 'calls',
      fields,
      note: isJson ? `Typed as JSON: ${form.why}.` : form.note,
      texts: new Map(fields.map(({ name, initial }) => [name, fieldOf(drafts?.get(name) ?? initial)])),
      words: effectOf(tool),
      schema: { root },
      ...(isJson ? { json: bufferOf(drafts?.get('') ?? '{}') } : {}),
    },
    {
      keep(after, texts, json) {
        const { tools } = after.state;
        const kept = json === undefined ? texts : new Map(texts).set('', json);
        after.set({ tools: { ...tools, drafts: new Map(tools.drafts).set(tool.id, kept) } });
      },
      send: (after, _form, args) =>
        callTool(after, { tool, args, secretArgs: secretArgs(args, fields), shown: shownArgs(args, fields) }),
    },
  );
}

function effectOf({ effect }: ToolRow): readonly FormWords[] {
  const isAsked = effect === 'destroys' || effect === 'writes';
  return isAsked ? [{ tone: 'dim', text: `You are asked first: the tool says that it ${effect}.` }] : [];
}
