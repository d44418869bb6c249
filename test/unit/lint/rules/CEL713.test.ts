import { expectFindings, expectSilence } from '../ruleTester';
import { configured } from './django';

describe('CEL713 pool-mismatch', () => {
  it('finds settings that the pool does not heed', async () => {
    await expectFindings('CEL713', { 'a.py': configured("app.conf.update(worker_pool='gevent', «task_soft_time_limit»=60, task_time_limit=90, «worker_max_tasks_per_child»=10)\n") }, { severity: 'info', fixed: null });
    await expectFindings('CEL713', { 'a.py': configured("app.conf.worker_pool = 'threads'\napp.conf.«task_time_limit» = 60\napp.conf.«worker_max_memory_per_child» = 200000\n") });
  });

  it('stays silent for prefork, for none and for what is not known', () => expectSilence('CEL713', {
    'a.py': configured("app.conf.task_soft_time_limit = 60\n"),
    'b.py': configured("app.conf.worker_pool = POOL\napp.conf.task_soft_time_limit = 60\n", 'from elsewhere import POOL\n'),
    'c.py': configured("app.conf.worker_pool = 'gevent'\napp.conf.task_soft_time_limit = None\n"),
  }));
});
