import { expectFindings, expectSilence } from '../ruleTester';
import { configured } from './django';

const used = "@app.task(queue='invoices')\ndef a(): ...\n@app.task(queue='invoices')\ndef b(): ...\n";

describe('CEL714 queue-typo', () => {
  it('finds a name that is almost another one', () => expectFindings('CEL714', { 'a.py': configured(`${used}a.apply_async(queue=«'invioces'»)\n`) }, {
    severity: 'hint', messages: [/invoices is meant\?$/], fixed: { 'a.py': configured(`${used}a.apply_async(queue='invoices')\n`) },
  }));

  it('finds names that are not declared where none are made', () => expectFindings('CEL714', {
    'a.py': configured(`app.conf.task_queues = [Queue('mail'), Queue('slow')]\napp.conf.task_create_missing_queues = False\n@app.task(queue=«'fast'»)\ndef a(): ...\n@app.task(queue='mail')\ndef b(): ...\n`, 'from kombu import Queue\n'),
  }, { severity: 'error', messages: [/^fast is not in task_queues.*QueueNotFound$/] }));

  it('stays silent for short names, numbers, repeated ones and unlike ones', () => expectSilence('CEL714', {
    'a.py': configured(`${used}a.apply_async(queue='mail')\na.apply_async(queue='main')\na.apply_async(queue='queue1')\na.apply_async(queue='queue2')\na.apply_async(queue='queue2')\na.apply_async(queue='invoice-archive')\nfor n in ('x', 'y'):\n    a.apply_async(queue=n)\n`),
  }));
});
