import assert from 'node:assert/strict';
import { runTask } from '../harness/runTask';
import { until } from '../harness/until';
import { useWorkbench } from '../harness/useWorkbench';

/** What the extension starts, by command line. VS Code's own processes and those of its other extensions are none of it. */
const OURS = /celery-workbench|celery_workbench|\bcelery\b.* worker|helper\.py|guard\.py|(redis|valkey)-server/;

describe('when a process is killed', function () {
  this.timeout(240_000);
  const workbench = useWorkbench({ files: { '.vscode/celery_samples.py': 'from shop.reports import build_report\n\nlong = build_report.s(pages=400)\n' } });
  const ours = (command: RegExp = OURS): { pid: number; command: string }[] => workbench().processes(command).filter(({ command }) => !/server-main|type=(extensionHost|fileWatcher|ptyHost)/.test(command));
  const kill = (command: RegExp): number[] => {
    const pids = ours(command).map(({ pid }) => pid);
    assert.notDeepEqual(pids, [], `nothing runs like ${String(command)}`);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    return pids;
  };
  /** All pool processes have something to do for some minutes. */
  const keepBusy = async (): Promise<void> => {
    const editor = await workbench().openFile('.vscode/celery_samples.py', { at: 'long =' });
    await runTask(workbench(), editor, 'long =', 'Run', /PROGRESS/);
    // What the pool has no room for waits.
    for (let more = 0; more < 3; more++) await runTask(workbench(), editor, 'long =', 'Run', /PROGRESS|STARTED|RECEIVED/);
  };

  before(async () => {
    const editor = await workbench().openFile('shop/tasks.py', { at: 'def who_am_i' });
    await runTask(workbench(), editor, 'def who_am_i', 'who_am_i()', /SUCCESS/);
    const second = await workbench().secondWindow();
    await second.getByRole('tab', { name: /^Celery\b/ }).click();
    await second.getByRole('treeitem', { name: /^Worker, running/ }).waitFor();
    // The browser stops drawing the window that is behind another.
    await workbench().page.bringToFront();
  });

  it('a reload of the window loses neither the worker nor the runs', async () => {
    const before = ours(/ worker /).map(({ pid }) => pid);
    await workbench().reload();
    await (await workbench().view('Runs')).waitForRow(/^who_am_i\(\), succeeded/);
    await (await workbench().view('Services')).waitForRow(/^Worker, running/);
    assert.deepEqual(ours(/ worker /).map(({ pid }) => pid), before);
  });

  it('the language server comes back, and the lenses with it', async () => {
    const [killed] = kill(/dist\/server\.js/);
    await until('there is another language server', () => ours(/dist\/server\.js/).some(({ pid }) => pid !== killed));
    const editor = await workbench().openFile('shop/mail.py', { at: 'def send_receipt' });
    await editor.waitForLens('def send_receipt', /send_receipt\(/);
  });

  it('a worker takes its pool along, is seen to have ended, and is started again by the next run', async () => {
    await keepBusy();
    const old = ours(/ worker /).map(({ pid }) => pid);
    process.kill(Math.min(...old), 'SIGKILL');
    await until('its pool is gone', () => !ours(/ worker /).some(({ pid }) => old.includes(pid)), 10);
    await (await workbench().view('Services')).waitForRow(/^Worker, (failed|stopped)/);
    const editor = await workbench().openFile('shop/tasks.py', { at: 'def clean_carts' });
    await runTask(workbench(), editor, 'def clean_carts', /clean_carts\(/, /SUCCESS/);
  });

  it('the agent takes everything along within 10 s, and the next click starts from nothing', async () => {
    await keepBusy();
    const old = ours().filter(({ command }) => !/dist\/server\.js/.test(command)).map(({ pid }) => pid);
    kill(/dist\/agent\.js/);
    await until('nothing of it is left', () => {
      const left = ours().filter(({ pid }) => old.includes(pid));
      if (left.length > 0) throw new Error(JSON.stringify(left));
      return true;
    }, 10);
    const editor = await workbench().openFile('shop/tasks.py', { at: 'def who_am_i' });
    await runTask(workbench(), editor, 'def who_am_i', 'who_am_i()', /SUCCESS/);
  });

  it('the last window takes everything along within 30 s', async () => {
    await keepBusy();
    await workbench().killWindows();
    await until('nothing is left', () => {
      if (ours().length > 0) throw new Error(JSON.stringify(ours()));
      return true;
    }, 30);
    assert.equal(await workbench().brokerAnswers(), false);
  });
});
