/** Runs a regular expression that the operator has typed for a bounded time: one that backtracks without end is ended. */
import { createContext, Script, type Context } from 'node:vm';

const budgetMs = 150;
const script = new Script('work()');
let context: Context | undefined;

/** False when the time was up: then `work` was ended wherever it was. */
export function withinBudget(work: () => void): boolean {
  context ??= createContext({});
  context['work'] = work;
  try {
    script.runInContext(context, { timeout: budgetMs });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
    throw error;
  } finally {
    context['work'] = undefined;
  }
}
