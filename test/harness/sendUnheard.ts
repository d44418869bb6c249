import type { Editor } from './editor';
import type { Workbench } from './workbench';

/** Types calls of a task into *Run with…* that go where no worker looks: `add(2, 3), queue='later'`. */
export async function sendUnheard(workbench: Workbench, editor: Editor, code: string, task: string, calls: readonly string[]): Promise<void> {
  for (const call of calls) {
    await editor.clickLens(code, 'Run with…');
    await workbench.quickInput.waitFor(`Run ${task}`);
    await workbench.quickInput.type(call);
    await workbench.quickInput.accept();
    await editor.waitForLens(code, /PENDING|SENT|waiting|queued/i, 90);
  }
}
