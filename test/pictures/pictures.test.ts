import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { sendUnheard } from '../harness/sendUnheard';
import { useWorkbench } from '../harness/useWorkbench';
import type { Theme } from '../harness/workbench';

const THEMES: Readonly<Record<string, Theme>> = { dark: 'Dark Modern', light: 'Light Modern', 'high-contrast': 'Default High Contrast' };

/** Those that the README shows. */
const CHOSEN = /^(lenses|run-with|monitor|schedules|side-bar|problems|hover)-dark$|^monitor-light$/;

const IMAGES = path.join(process.env.REPOSITORY!, 'docs', 'images');

const MISTAKES = `from shop.celery_app import app


@app.task(max_retry=5)
def ask_for_review(order_id: int, days: int) -> None:
    """Not before the parcel can have arrived."""


def delivered(order_id: int) -> None:
    ask_for_review.delay(order_id)
    ask_for_review.delay(order_id, 3, countdown=60)
`;

/** `npm run pictures`: every surface in every kind of theme, in `test-results/pictures`; the chosen ones in `docs/images` too. */
describe('pictures', function () {
  this.timeout(600_000);
  const workbench = useWorkbench({ files: { 'shop/reviews.py': MISTAKES }, size: { width: 1280, height: 800 } });

  /** `before` brings up what a change of theme closes, `pointed` what is there only while the pointer or the cursor is. */
  async function take(surface: string, { of, before, pointed }: { of?: Locator; before?: () => Promise<void>; pointed?: () => Promise<unknown> } = {}): Promise<void> {
    for (const [kind, theme] of Object.entries(THEMES)) {
      await workbench().setTheme(theme);
      await before?.();
      await workbench().settle();
      await pointed?.();
      const file = await workbench().screenshot(`${surface}-${kind}`, of);
      await mkdir(IMAGES, { recursive: true });
      if (CHOSEN.test(`${surface}-${kind}`)) await cp(file, path.join(IMAGES, path.basename(file)));
    }
  }

  it('lenses', async () => {
    const editor = await workbench().openFile('shop/orders.py', { at: 'def refund' });
    await editor.clickLens('def refund', 'refund(404)');
    await editor.waitForLens('def refund', /FAILURE/, 120);
    await workbench().openFile('shop/orders.py', { at: 'def charge' });
    await editor.clickLens('def charge', /^.?\s*charge\(/);
    await editor.waitForLens('def charge', /SUCCESS/, 60);
    const tasks = await workbench().openFile('shop/tasks.py', { at: 'def add' });
    for (const [line, call] of [['def add', 'add(2, 3)'], ['def who_am_i', 'who_am_i()'], ['def clean_carts', 'clean_carts(']] as const) {
      await tasks.clickLens(line, call);
      await tasks.waitForLens(line, /SUCCESS/, 60);
    }
    await take('lenses');
  });

  it('side bar', async () => {
    for (const name of ['Services', 'Tasks', 'Queues', 'Runs', 'Schedules']) await workbench().view(name);
    await take('side-bar', { of: workbench().page.locator('[id="workbench.parts.sidebar"]') });
  });

  it('monitor', async () => {
    const editor = await workbench().openFile('shop/orders.py', { at: 'def refund' });
    await editor.clickLens('def refund', /FAILURE/);
    await workbench().webview.getByRole('complementary', { name: 'Details of the run' }).waitFor();
    await take('monitor');
  });

  it('schedules', async () => {
    await workbench().webview.getByRole('tab', { name: 'Schedules' }).click();
    await take('schedules');
  });

  it('run with', async () => {
    const editor = await workbench().openFile('shop/mail.py', { at: 'def send_receipt' });
    await take('run-with', {
      before: async () => {
        await editor.clickLens('def send_receipt', 'Run with');
        await workbench().quickInput.type("send_receipt('ada@example.com', totl='9.90')");
      },
    });
    await workbench().page.keyboard.press('Escape');
  });

  it('messages', async () => {
    const editor = await workbench().openFile('shop/tasks.py', { at: 'def add' });
    await sendUnheard(workbench(), editor, 'def add', 'shop.tasks.add', ["add(2, 3), queue='later'", "add(4, 5), queue='later'"]);
    await take('messages', {
      before: async () => {
        const queues = await workbench().view('Queues');
        await queues.act(/^later/, 'Show Messages');
        await workbench().quickInput.option(/^add\(2, 3\)/).hover();
      },
    });
    await workbench().page.keyboard.press('Escape');
  });

  it('hover', async () => {
    const editor = await workbench().openFile('shop/celery_app.py', { at: "'morning-report'" });
    await take('hover', { pointed: () => editor.hover("'shop.reports.build_report'") });
  });

  it('completion', async () => {
    const editor = await workbench().openFile('shop/reviews.py', { at: 'max_retry' });
    await editor.clickInto('max_retry');
    await take('completion', { pointed: () => editor.suggestion('max_retries') });
    await workbench().page.keyboard.press('Escape');
  });

  it('problems', async () => {
    await workbench().openFile('shop/reviews.py', { at: 'def ask_for_review' });
    await workbench().runCommand('Problems: Focus on Problems View');
    await workbench().page.getByRole('treeitem', { name: /is called without days/ }).first().waitFor();
    await take('problems');
  });
});
