import type { Editor } from './editor';
import { until } from './until';
import type { Workbench } from './workbench';

/**
 * Clicks Run above a task, says yes to whatever is asked first (arguments that were guessed, installing the embedded broker), and
 * waits until a lens above it shows the state.
 * @param code text of the line that defines it: `def add`
 * @returns that lens's text
 */
export async function runTask(workbench: Workbench, editor: Editor, code: string, call: string | RegExp, state: RegExp, seconds = 120): Promise<string> {
  await editor.clickLens(code, call);
  return until(`${code} is ${String(state)}`, async () => {
    if (await workbench.dialog.isVisible()) {
      const yes = workbench.dialog.getByRole('button').filter({ hasNotText: /^(Cancel|)$/ }).first();
      await yes.click({ timeout: 2000 }).catch(() => undefined);
    }
    const lenses = await editor.lensesAbove(code);
    const found = lenses.find(lens => state.test(lens));
    if (!found) throw new Error(`its lenses are ${JSON.stringify(lenses)}`);
    return found;
  }, seconds);
}
