import { expectFindings, expectSilence } from '../ruleTester';

const app = (backend: string): string => `
from celery import Celery, chain, chord, group
app = Celery('app', broker='redis://localhost'${backend && `, backend=${backend}`})
@app.task
def part(x): ...
@app.task(ignore_result=True)
def quiet(x): ...
@app.task
def total(xs): ...
`;
const sent = `
«chord»([part.s(1), part.s(2)], total.s()).delay()
«chord»(part.s(i) for i in range(3))(total.s())
(«group»(part.s(1), part.s(2)) | total.s()).delay()
chain(part.s(1), «group»([part.s(), part.s()]), total.s()).delay()
`;
const plain = sent.replace(/[«»]/g, '');

describe('CEL507 chord-backend', () => {
  it('finds chords with a backend that supports none', () => expectFindings('CEL507', { 'app.py': app("'rpc://'") + sent }, {
    severity: 'error', fixed: null, messages: [1, 2, 3, 4].map(() => /^The rpc:\/\/ result backend supports no chords: NotImplementedError when this one starts$/),
  }));

  it('finds chords without a backend', async () => {
    const messages = [1, 2, 3, 4].map(() => /^A chord needs a result backend, and none is set: NotImplementedError when it starts$/);
    await expectFindings('CEL507', { 'app.py': app('') + sent }, { severity: 'warning', messages });
    await expectFindings('CEL507', { 'app.py': `${app('')}app.conf.result_backend = 'disabled'\n${sent}` }, { messages });
    await expectFindings('CEL507', { 'app.py': `${app('')}app.conf.result_backend = ''\n${sent}` }, { messages });
  });

  it('finds shared tasks of apps that all have none, and Django settings', () => expectFindings('CEL507', {
    'manage.py': 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "proj.settings")\n',
    'proj/__init__.py': '',
    'proj/settings.py': "CELERY_RESULT_BACKEND = 'rpc'\n",
    'proj/celery.py': 'from celery import Celery\napp = Celery("proj")\napp.config_from_object("django.conf:settings", namespace="CELERY")\n',
    'proj/tasks.py': `
import celery
from celery import shared_task as task
@task(bind=True)
def part(self): ...
@task
def total(xs): ...
«celery.chord»([part.s()], total.s()).delay()
`,
  }));

  it('finds tasks in the header that store no result, where it is stored results that are counted', () => expectFindings('CEL507', {
    'app.py': `${app("'db+postgresql://localhost/x'")}
chord([«quiet.s(1)», part.s(2)], total.s()).delay()
chord([chain(part.s(1), «quiet.s()»), group(«quiet.s(1)»)], total.s()).delay()
(group(part.s(1), «quiet.s(2)») | total.s()).delay()
`,
  }, { severity: 'warning', messages: [1, 2, 3, 4].map(() => /^quiet stores no result \(ignore_result\), and the chord waits for it: its body never runs$/) }));

  it('stays silent with a backend that counts by itself, or is not known', async () => {
    const ignoring = `${plain}chord([quiet.s(1)], total.s()).delay()\n`;
    await expectSilence('CEL507', { 'app.py': app("'redis://localhost/1'") + ignoring });
    await expectSilence('CEL507', { 'app.py': `import os\n${app("os.environ['BACKEND']")}${ignoring}` });
    await expectSilence('CEL507', { 'app.py': app("'my.own:Backend'") + ignoring });
    await expectSilence('CEL507', { 'app.py': `${app('')}app.config_from_object(make())\n${ignoring}` });
    await expectSilence('CEL507', { 'app.py': `${app('')}import sys\nif len(sys.argv) > 1:\n    app.conf.result_backend = 'redis://localhost'\n${ignoring}` });
  });

  it('stays silent without a chord, and where the body alone is ignored', async () => {
    await expectSilence('CEL507', { 'app.py': `${app("'rpc://'")}group(part.s(1), part.s(2)).delay()\nchain(part.s(1), part.s()).delay()\nchain(part.s(1), group(part.s())).delay()\n(part.chunks([(1,)], 1) | total.s()).delay()\n` });
    await expectSilence('CEL507', { 'app.py': `${app("'db+sqlite:///x'")}chord([part.s(1)], quiet.s()).delay()\nchord([chain(quiet.s(1), part.s())], total.s()).delay()\n` });
  });

  it('stays silent where no app is seen, or several have different backends', async () => {
    const tasks = 'from celery import chord, shared_task\n@shared_task\ndef part(): ...\nchord([part.s()], part.si()).delay()\n';
    await expectSilence('CEL507', { 'tasks.py': tasks });
    await expectSilence('CEL507', { 'tasks.py': tasks, 'one.py': "from celery import Celery\napp = Celery('one', backend='rpc://')\n", 'two.py': "from celery import Celery\napp = Celery('two', backend='redis://localhost')\n" });
  });
});
