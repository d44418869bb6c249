import { expectFindings, expectSilence } from '../ruleTester';
import { configured } from './django';

describe('CEL718 zstd-missing', () => {
  it('finds zstd in settings, options and calls', () => expectFindings('CEL718', {
    'a.py': configured("app.conf.task_compression = «'zstd'»\n@app.task(compression=«'zstandard'»)\ndef t(): ...\nt.apply_async(compression=«'zstd'»)\n"),
  }, { severity: 'info', fixed: null }));

  it('stays silent for others, before kombu 5.7 and where the module is imported', async () => {
    await expectSilence('CEL718', { 'a.py': configured("app.conf.task_compression = 'gzip'\n") });
    await expectSilence('CEL718', { 'a.py': configured("app.conf.task_compression = 'zstd'\n") }, {}, { kombu: '5.6.2' });
    await expectSilence('CEL718', { 'a.py': configured("app.conf.task_compression = 'zstd'\n", 'from backports import zstd\n') });
  });
});
