import assert from 'node:assert/strict';
import type { Hover, Location, LocationLink, MarkupContent } from 'vscode-languageserver/node';
import { MarkedProject } from './marked';

const files = {
  'shop/__init__.py': '',
  'shop/names.py': 'ADD = "shop.‹constant›add"\n',
  'shop/app.py': [
    'from celery import Celery',
    'from celery.schedules import crontab',
    'app = Celery("shop")',
    'app.conf.timezone = "Europe/Berlin"',
    'app.conf.task_routes = {"shop.‹routeKey›add": {"queue": "sums"}, "shop.‹glob›mail*": "post"}',
    'app.conf.task_annotations = {"shop.‹annotation›add": {"rate_limit": "10/m"}}',
    'app.conf.beat_schedule = {"nightly": {"task": "shop.‹beat›add", "schedule": cron‹crontab›tab(hour=7, minute=30), "args": (1, 2)}}',
  ].join('\n'),
  'shop/tasks.py': [
    'from shop.app import app',
    'from shop.names import ADD',
    '@app.task(name=ADD, max_retries=5)',
    'def a‹def›dd(x: int, y: int = 2, *, note=None):',
    '    """Adds two *numbers*, as `x + y`, ``no``."""',
    '@app.task',
    'def mail(): ...',
    '@app.task(name="shop.mailing")',
    'def mailing(): ...',
    'def pl‹plain›ain(): ...',
  ].join('\n'),
  'shop/views.py': [
    'from django_celery_beat.models import PeriodicTask',
    'from celery import signature',
    'from celery.signals import before_task_publish',
    'from shop.app import app',
    'from shop.tasks import add, mail',
    'mark = "😀"; app.send_task("shop.‹utf16›add", args=(1, 2))',
    'signature("shop.‹signature›add")',
    'app.signature("shop.‹appSignature›add")',
    'app.tasks["shop.‹lookup›add"]',
    'PeriodicTask.objects.create(name="x", task="shop.‹periodic›add")',
    'before_task_publish.connect(print, sender="shop.‹sender›add")',
    'add.del‹delay›ay(1, 2)',
    'mail.apply_‹apply›async(queue="letters")',
    'other = {"note": "shop.‹text›add"}',
    'prefix = "shop"',
    'app.send_task(f"{prefix}.‹fstring›add")',
    'app.send_task("nowhere.‹unknown›task")',
    'ad‹symbol›d(1, 2)',
  ].join('\n'),
};

const places = ['constant', 'routeKey', 'annotation', 'beat', 'utf16', 'signature', 'appSignature', 'lookup', 'periodic', 'sender', 'fstring'];
const ordinary = ['text', 'plain', 'symbol', 'unknown'];
const text = (hover: Hover | null): string => (hover?.contents as MarkupContent | undefined)?.value ?? '';

describe('names of tasks in the editor', () => {
  let project: MarkedProject;
  before(async () => { project = await MarkedProject.open(files); });
  after(() => project.close());

  for (const place of places) {
    it(`lead to the definition (${place})`, async () => {
      const links = await project.ask<Location[]>('textDocument/definition', place);
      assert.deepEqual(links.map(link => project.show(link)), ['tasks.py:4 add']);
    });

    it(`say what the task is (${place})`, async () => {
      assert.match(text(await project.ask('textDocument/hover', place)), /^```python\n\(task\) shop\.add\(x: int, y: int = 2, \*, note=None\)\n```\n\nAdds two \\\*numbers\\\*, as `x \+ y`, `no`\\\./);
    });
  }

  it('of a pattern lead to all tasks that it matches', async () => {
    const links = await project.ask<Location[]>('textDocument/definition', 'glob');
    assert.deepEqual(links.map(link => project.show(link)), ['tasks.py:9 mailing']);
    assert.equal(text(await project.ask('textDocument/hover', 'glob')), 'Matches `shop.mailing`');
  });

  it('are found in every place, with the calls', async () => {
    const all = [
      'app.py:5 shop.add', 'app.py:6 shop.add', 'app.py:7 shop.add', 'names.py:1 shop.add', 'tasks.py:3 ADD', 'tasks.py:4 add',
      'views.py:6 shop.add', 'views.py:7 shop.add', 'views.py:8 shop.add', 'views.py:9 shop.add', 'views.py:10 shop.add', 'views.py:11 shop.add', 'views.py:12 delay',
      'views.py:16 f"{prefix}.add"', 'views.py:18 add',
    ];
    const ask = async (mark: string, includeDeclaration: boolean): Promise<string[]> => (await project.ask<Location[]>('textDocument/references', mark, { context: { includeDeclaration } })).map(place => project.show(place));
    assert.deepEqual(await ask('beat', true), all);
    assert.deepEqual(await ask('constant', false), all.filter(place => place !== 'tasks.py:4 add'));
  });

  for (const mark of ordinary) {
    it(`that are none get no answer (${mark})`, async () => {
      assert.equal(await project.ask('textDocument/definition', mark), null);
      assert.equal(await project.ask('textDocument/hover', mark), null);
      if (mark !== 'unknown') assert.equal(await project.ask('textDocument/references', mark, { context: { includeDeclaration: true } }), null);
    });
  }

  it('leave identifiers to other extensions', async () => {
    for (const mark of ['def', 'delay']) {
      assert.equal(await project.ask('textDocument/definition', mark), null);
      assert.equal(await project.ask('textDocument/references', mark, { context: { includeDeclaration: true } }), null);
    }
  });

  it('tell options, queue, schedules and callers at the definition', async () => {
    const hover = await project.ask<Hover>('textDocument/hover', 'def');
    const parts = text(hover).split('\n\n');
    assert.equal(parts[2], 'Options: `max_retries=5`');
    assert.equal(parts[3], `Goes to the queue \`sums\` by the route [\`shop.add\`](${project.uri('shop/app.py')}#L5)`);
    assert.equal(parts[4], `Beat, [\`nightly\`](${project.uri('shop/app.py')}#L7): every day at 07:30`);
    assert.equal(parts[5], `6 calls: [\`shop/views.py:6\`](${project.uri('shop/views.py')}#L6), [\`shop/views.py:7\`](${project.uri('shop/views.py')}#L7), [\`shop/views.py:8\`](${project.uri('shop/views.py')}#L8), …`);
    assert.deepEqual(hover.range, { start: { line: 3, character: 4 }, end: { line: 3, character: 7 } });
  });

  it('tell the queue of the very call at its method', async () => {
    assert.match(text(await project.ask('textDocument/hover', 'delay')), /Goes to the queue `sums` by the route/);
    assert.match(text(await project.ask('textDocument/hover', 'apply')), /\(task\) shop\.tasks\.mail\(\)[^]*Goes to the queue `letters`, as its options say/);
  });

  it('tell a schedule in words with its next five runs in the zone of the app and in that of the machine', async () => {
    const [words, table] = text(await project.ask('textDocument/hover', 'crontab')).split('\n\n');
    assert.equal(words, 'Every day at 07:30');
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const [heading, , ...runs] = table!.split('\n');
    assert.equal(heading, here === 'Europe/Berlin' ? '| Europe/Berlin |' : `| Europe/Berlin | ${here} (here) |`);
    assert.equal(runs.length, 5);
    for (const run of runs) assert.match(run, /^\| \w{3} \d{1,2} \w{3,4} \d{4}, 07:30 \|/);
  });
});

describe('names of tasks while text is edited', () => {
  let project: MarkedProject;
  beforeEach(async () => { project = await MarkedProject.open(files); });
  afterEach(() => project.close());

  it('follow text that is not saved', async () => {
    await project.type('shop/names.py', '# moved\nADD = "shop.plus"\n');
    await project.type('shop/views.py', 'from shop.app import app\napp.send_task("shop.plus")\n');
    const ask = { textDocument: { uri: project.uri('shop/views.py') }, position: { line: 1, character: 18 } };
    const [link] = await project.client.connection.sendRequest<Location[]>('textDocument/definition', ask);
    assert.equal(project.show(link!), 'tasks.py:4 add');
    const places = await project.client.connection.sendRequest<Location[]>('textDocument/references', { ...ask, context: { includeDeclaration: false } });
    assert.ok(places.some(({ uri, range }) => uri === project.uri('shop/names.py') && range.start.line === 1), JSON.stringify(places));
    await project.discard('shop/names.py');
    assert.equal(await project.client.connection.sendRequest('textDocument/definition', ask), null);
  });

  it('get no answer where the code is broken, and do elsewhere', async () => {
    await project.type('shop/views.py', 'from shop.app import app\napp.send_task("shop.add", (((\n\n\ndef f():\n    app.send_task("shop.add")\n');
    const ask = (line: number, character: number, method: string): Promise<unknown> => project.client.connection.sendRequest(method, { textDocument: { uri: project.uri('shop/views.py') }, position: { line, character }, context: { includeDeclaration: true } });
    for (const method of ['textDocument/definition', 'textDocument/references', 'textDocument/hover']) {
      assert.equal(await ask(1, 18, method), null, method);
      assert.notEqual(await ask(5, 22, method), null, method);
    }
  });

  it('get no answer outside of the text', async () => {
    const hover = await project.client.connection.sendRequest('textDocument/hover', { textDocument: { uri: project.uri('shop/views.py') }, position: { line: 500, character: 9 } });
    assert.equal(hover, null);
    assert.equal(await project.client.connection.sendRequest('textDocument/hover', { textDocument: { uri: project.uri('nowhere.py') }, position: { line: 0, character: 0 } }), null);
  });
});

describe('names of tasks in several folders', () => {
  it('lead from one to the other', async () => {
    const project = await MarkedProject.open(
      { 'worker.py': 'from celery import Celery\napp = Celery("worker")\n@app.task(name="jobs.resize")\ndef resize(): ...\n' },
      { 'web.py': 'from celery import Celery\napp = Celery("web")\napp.send_task("jobs.‹sent›resize")\n' },
    );
    try {
      const links = await project.ask<(Location & LocationLink)[]>('textDocument/definition', 'sent');
      assert.deepEqual(links.map(link => project.show(link)), ['worker.py:4 resize']);
      const places = await project.ask<Location[]>('textDocument/references', 'sent', { context: { includeDeclaration: true } });
      assert.deepEqual(places.map(place => project.show(place)).sort(), ['web.py:3 jobs.resize', 'worker.py:3 jobs.resize', 'worker.py:4 resize']);
    } finally {
      project.close();
    }
  });
});
