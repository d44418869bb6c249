import { expectFindings, expectSilence } from '../ruleTester';
import { configured, django } from './django';

describe('CEL719 max-tasks-zero', () => {
  it('finds zero', async () => {
    await expectFindings('CEL719', { 'a.py': configured('app.conf.worker_max_tasks_per_child = «0»\n') }, { severity: 'warning', fixed: { 'a.py': configured('app.conf.worker_max_tasks_per_child = None\n') } });
    await expectFindings('CEL719', django('N = 0\nCELERY_WORKER_MAX_TASKS_PER_CHILD = «N»\n'), { fixed: null });
  });

  it('stays silent for numbers, None and unknown ones', () => expectSilence('CEL719', { 'a.py': configured('app.conf.worker_max_tasks_per_child = 100\n'), 'b.py': configured('app.conf.worker_max_tasks_per_child = None\n'), 'c.py': configured('app.conf.worker_max_tasks_per_child = X\n', 'from elsewhere import X\n') }));
});
