import { expectFindings, expectSilence } from '../ruleTester';

const raising = (init: string, raised: string, app = "app = Celery('shop', result_serializer='pickle')"): Record<string, string> => ({
  'main.py': `from celery import Celery\n${app}\nclass Refused(ValueError):\n${init}\n@app.task\ndef pay(order):\n    if order:\n        raise ${raised}\n`,
});
const text = '    def __init__(self, order, reason):\n        super().__init__(f"{order}: {reason}")';

describe('CEL313 pickle-exceptions', () => {
  it('finds an exception that is given fewer arguments than it needs', () => expectFindings('CEL313', raising(text, '«Refused»(order, 1)'), {
    severity: 'hint', messages: [/Refused cannot be unpickled: its __init__ needs 2 arguments, and is called with the 1 that Exception was given/], fixed: null,
  }));

  it('finds one that takes fewer, keywords only, or nothing', async () => {
    await expectFindings('CEL313', raising('    def __init__(self):\n        super().__init__("no")', '«Refused»()'), { messages: [/needs no more than 0, and is called with the 1/] });
    await expectFindings('CEL313', raising('    def __init__(self, *, order):\n        super().__init__(order)', '«Refused»(order=order)'), { messages: [/needs the keyword order/] });
    await expectFindings('CEL313', raising('    def __init__(self, order, reason):\n        super().__init__()', '«Refused»(order, 1)'), { messages: [/is called with the 0/] });
  });

  it('finds one without super().__init__() that is raised with keywords', async () => {
    await expectFindings('CEL313', raising('    def __init__(self, order, reason):\n        self.order = order', '«Refused»(order, reason=1)'), { messages: [/is called with the 1/] });
    await expectSilence('CEL313', raising('    def __init__(self, order, reason):\n        self.order = order', 'Refused(order, 1)'));
  });

  it('stays silent where results are not pickled, or not known to be', async () => {
    for (const app of ["app = Celery('shop')", "app = Celery('shop', result_serializer=NAME)", "app = Celery('shop', result_serializer='pickle', task_ignore_result=True)", "app = Celery('shop', task_serializer='pickle')"]) {
      await expectSilence('CEL313', raising(text, 'Refused(order, 1)', app));
    }
  });
});
