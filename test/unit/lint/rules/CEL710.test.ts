import { expectFindings, expectSilence } from '../ruleTester';
import { configured, django } from './django';

describe('CEL710 memory-unit', () => {
  it('finds megabytes and bytes', async () => {
    await expectFindings('CEL710', { 'a.py': configured('app.conf.worker_max_memory_per_child = «200»\n') }, { severity: 'warning', fixed: null, messages: [/^200 kilobytes are less than/] });
    await expectFindings('CEL710', django('CELERY_WORKER_MAX_MEMORY_PER_CHILD = «200 * 1024 * 1024»\n'), { messages: [/are 200 gigabytes/] });
  });

  it('stays silent for kilobytes, none and unknown ones', () => expectSilence('CEL710', { 'a.py': configured('app.conf.worker_max_memory_per_child = 200_000\n'), 'b.py': configured('app.conf.worker_max_memory_per_child = None\n'), 'c.py': configured('app.conf.worker_max_memory_per_child = X\n', 'from elsewhere import X\n') }));
});
