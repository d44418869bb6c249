import assert from 'node:assert/strict';
import { RunStore } from '../../src/live/runs/store';
import type { TaskEvent } from '../../src/live/wire/events';
import type { RunDetails, RunPage, RunQuery } from '../../src/shared/run';
import { closeBrowser, MonitorPage, openBrowser } from './monitorPage';
import { epoch, SampleSource } from './sampleSource';

/** The page over the agent's own store of runs. */
class StoreSource extends SampleSource {
  readonly store = new RunStore();
  private count = 0;

  constructor() {
    super(0);
    this.store.onChanged(() => this.change());
  }

  override query(query: RunQuery): Promise<RunPage> {
    return Promise.resolve(this.store.query(query));
  }

  override details(id: string): Promise<RunDetails | null> {
    return Promise.resolve(this.store.details(id));
  }

  send(count: number): void {
    for (let index = 0; index < count; index++, this.count++) {
      const id = this.id(this.count);
      this.store.sent({ id, name: 'shop.tasks.add', app: null, queue: 'celery', at: epoch + this.count, call: `add(${this.count}, 1)` });
    }
  }

  tell(number: number, type: string, more: Partial<TaskEvent>): void {
    const nothing = { name: null, args: null, kwargs: null, rootId: null, parentId: null, retries: null, eta: null, expires: null, queue: null, result: null, runtime: null, exception: null, traceback: null, terminated: null, expired: null, signum: null, requeue: null, extra: null };
    this.store.event({ kind: 'task', type, id: this.id(number), hostname: 'celery@laptop', at: epoch + number + 20, clock: 1, ...nothing, ...more });
  }

  private id(number: number): string {
    return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
  }
}

describe('Monitor: over the store of runs', function () {
  this.timeout(60_000);

  before(async () => void (await openBrowser()));
  after(closeBrowser);

  it('keeps its place among 50,000 runs while 1,000 more come, and sees one of them change', async () => {
    const source = new StoreSource();
    source.send(50_000);
    const monitor = await MonitorPage.open(source);
    await monitor.run(49_999).waitFor();
    await monitor.grid.evaluate(grid => (grid.scrollTop = 24 * 20_000));
    await monitor.run(29_990).click();
    const before = await monitor.run(29_990).boundingBox();
    for (let round = 0; round < 20; round++) {
      source.send(50);
      await monitor.page.waitForTimeout(20);
    }
    source.tell(29_990, 'task-received', { name: 'shop.tasks.add' });
    source.tell(29_990, 'task-started', {});
    source.tell(29_990, 'task-succeeded', { result: '29991', runtime: 0.25 });
    await monitor.run(29_990).filter({ hasText: 'SUCCESS' }).waitFor();
    await monitor.page.getByRole('button', { name: '1,000 newer runs' }).waitFor();
    assert.deepEqual(await monitor.run(29_990).boundingBox(), before);
    await monitor.details.getByRole('region', { name: 'Result' }).getByText('29991').waitFor();
    assert.deepEqual(await monitor.details.locator('.timeline-state').allInnerTexts(), ['SENT', 'RECEIVED', 'STARTED', 'SUCCESS']);

    await monitor.page.getByRole('textbox', { name: 'Filter runs' }).fill('add(29990');
    await monitor.page.getByText('1 run', { exact: true }).waitFor();
    await monitor.close();
    assert.deepEqual([monitor.errors, monitor.violations, monitor.refused], [[], [], []]);
  });
});
