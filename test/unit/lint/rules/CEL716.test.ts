import { expectFindings, expectSilence } from '../ruleTester';
import { configured, django } from './django';

describe('CEL716 deprecated-setting', () => {
  it('finds settings that are going away, and splits them', async () => {
    await expectFindings('CEL716', django('if True:\n    «CELERY_TASK_ACKS_ON_FAILURE_OR_TIMEOUT» = False\n'), {
      severity: 'info', messages: [/dropped in Celery 7\.0: use task_acks_on_failure and task_acks_on_timeout$/],
      fixed: { 'proj/settings.py': 'if True:\n    CELERY_TASK_ACKS_ON_FAILURE = False\n    CELERY_TASK_ACKS_ON_TIMEOUT = False\n' },
    });
    await expectFindings('CEL716', { 'a.py': configured('app.conf.«task_acks_on_failure_or_timeout» = True\n') }, { fixed: { 'a.py': configured('app.conf.task_acks_on_failure = True\napp.conf.task_acks_on_timeout = True\n') } });
    await expectFindings('CEL716', { 'a.py': configured("app.conf.update(«task_acks_on_failure_or_timeout»=False, task_acks_late=True)\n") }, { fixed: { 'a.py': configured('app.conf.update(task_acks_on_failure=False, task_acks_on_timeout=False, task_acks_late=True)\n') } });
    await expectFindings('CEL716', { 'a.py': configured("app.conf.update({«'task_acks_on_failure_or_timeout'»: False})\n") }, { fixed: { 'a.py': configured("app.conf.update({'task_acks_on_failure': False, 'task_acks_on_timeout': False})\n") } });
  });

  it('stays silent before 5.7 and for the others', async () => {
    await expectSilence('CEL716', { 'a.py': configured('app.conf.task_acks_on_failure_or_timeout = True\n') }, {}, { celery: '5.6.3' });
    await expectSilence('CEL716', { 'a.py': configured('app.conf.task_acks_late = True\n') });
  });
});
