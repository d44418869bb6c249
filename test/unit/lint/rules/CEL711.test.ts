import { expectFindings, expectSilence } from '../ruleTester';
import { configured } from './django';

describe('CEL711 prefetch', () => {
  it('finds no limit, and four long tasks in advance', async () => {
    await expectFindings('CEL711', { 'a.py': configured('app.conf.worker_prefetch_multiplier = «0»\n') }, { severity: 'info', fixed: { 'a.py': configured('app.conf.worker_prefetch_multiplier = 1\n') } });
    await expectFindings('CEL711', { 'a.py': configured('app.conf.update(«task_acks_late»=True, task_time_limit=3600)\n') }, { fixed: null, messages: [/tasks may take 3600 s/] });
  });

  it('stays silent for short tasks, own multipliers and what is not known', async () => {
    await expectSilence('CEL711', { 'a.py': configured('app.conf.update(task_acks_late=True, task_time_limit=60)\n') });
    await expectSilence('CEL711', { 'a.py': configured('app.conf.update(task_acks_late=True, task_time_limit=3600, worker_prefetch_multiplier=1)\n') });
    await expectSilence('CEL711', { 'a.py': configured("app.conf.update(task_acks_late=True, task_time_limit=3600)\napp.config_from_object('elsewhere')\n") });
    await expectSilence('CEL711', { 'a.py': configured('app.conf.update(task_acks_late=True)\n') });
  });
});
