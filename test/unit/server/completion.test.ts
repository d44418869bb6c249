import assert from 'node:assert/strict';
import type { CompletionItem, MarkupContent, TextEdit } from 'vscode-languageserver/node';
import { MarkedProject } from './marked';

const files = {
  'shop.py': [
    'from celery import Celery',
    'import config, classes, old',
    'app = Celery("shop", task_‹constructor›)',
    'app.config_from_object("config", namespace="CELERY")',
    'app.conf.update(task_‹update›, enable_utc=True)',
    'app.conf.update({"task_‹updateKey›": 1})',
    'app.conf["‹item›"]',
    'app.conf.ti‹attribute›',
    'app.config_from_object(classes.Config)',
    'other = Celery("other")',
    'other.config_from_object(old)',
    'app.conf.beat_schedule = {"x": {"task": "‹beat›", "schedule": 3}}',
    'other.update(ta‹otherUpdate›)',
    'other.conf.task_routes = {"shop.‹route›": "q"}',
    '@app.task(bind=True, max_‹decorator›, acks_late=True)',
    'def add(self, x: int, y=2):',
    '    """Adds."""',
    '@app.task(name="sh‹explicit›op.mail")',
    'def mail(address): ...',
    '@app.task(acks_‹whole›late=[va‹value›], priority=add(1, x‹nested›))',
    'def whole(): ...',
    '@print(o‹foreign›)',
    'def not_a_task(): ...',
  ].join('\n'),
  'views.py': [
    'from celery import Celery',
    'from shop import add, app',
    'add.apply_async((1, 2), count‹call›)',
    'app.send_task("sho‹send›p", que‹sendOption›)',
    'add.apply((1, 2), que‹apply›)',
    'add.delay(1, coun‹delay›)',
    'add.apply_async("‹argument›")',
    'x = "plain ‹plain›text"',
    'app.con‹conf›',
  ].join('\n'),
  'jobs.py': [
    'from celery import Task',
    'from shop import app',
    'class Fetch(Task):',
    '    name = "jobs.fetch"',
    '    max_‹taskClass›',
    '    def run(self, url):',
    '        ma‹method›',
    '        raise self.retry(exc=ValueError(), cou‹classRetry›)',
    'app.register_task(Fetch())',
    'class Plain:',
    '    max_‹plainClass›',
    '    def run(self):',
    '        self.retry(cou‹plainRetry›)',
    '@app.task(bind=True)',
    'def poll(task, x):',
    '    task.retry(th‹retry›)',
    '    other.retry(th‹otherRetry›)',
  ].join('\n'),
  'config.py': 'CELERY_TIMEZONE = "UTC"\nCELERY_‹module›\nHOSTS = {\n  "a": CEL‹inside›\n}\n',
  'classes.py': 'class Config:\n    timezone = "UTC"\n    task_‹class›\n\nclass Other:\n    task_‹otherClass›\n',
  'old.py': 'CELERY_TIMEZONE = "UTC"\nCELERY_‹old›\n',
};

describe('completion', () => {
  let project: MarkedProject;
  before(async () => { project = await MarkedProject.open(files); });
  after(() => project.close());

  const ask = (mark: string): Promise<CompletionItem[] | null> => project.ask('textDocument/completion', mark);
  const labels = async (mark: string): Promise<string[]> => ((await ask(mark)) ?? []).map(({ label }) => label);
  const item = async (mark: string, label: string): Promise<CompletionItem> => {
    const items = await ask(mark);
    const found = items?.find(candidate => candidate.label === label);
    assert.ok(found, `${mark} offers ${items?.map(candidate => candidate.label).join(', ')}`);
    return found;
  };
  const documentation = ({ documentation: given }: CompletionItem): string => (given as MarkupContent).value;

  describe('of names of tasks', () => {
    for (const mark of ['beat', 'route', 'send']) {
      it(`offers all tasks in ${mark}`, async () => assert.deepEqual((await labels(mark)).sort(), ['jobs.fetch', 'jobs.poll', 'shop.add', 'shop.mail', 'shop.whole']));
    }

    it('has the signature beside the name, and replaces the whole text', async () => {
      const { detail, textEdit, ...rest } = await item('send', 'shop.add');
      assert.equal(detail, 'shop.add(x: int, y=2)');
      assert.equal(documentation(rest as CompletionItem), 'Adds\\.');
      assert.deepEqual(textEdit, { range: { start: { line: 3, character: 15 }, end: { line: 3, character: 19 } }, newText: 'shop.add' });
    });

    for (const mark of ['plain', 'argument', 'explicit']) it(`says nothing in ${mark}`, async () => assert.equal(await ask(mark), null));
  });

  describe('of options', () => {
    it('offers what the decorator takes and is not given', async () => {
      const { textEdit, detail, ...rest } = await item('decorator', 'max_retries');
      assert.deepEqual(textEdit, { range: { start: { line: 14, character: 21 }, end: { line: 14, character: 25 } }, newText: 'max_retries=' });
      assert.equal(detail, 'default 3');
      assert.match(documentation(rest), /\w+/);
      const offered = await labels('decorator');
      assert.ok(!offered.includes('bind') && !offered.includes('acks_late') && !offered.includes('countdown'));
    });

    it('names the setting that counts otherwise, and marks what is deprecated', async () => {
      assert.match(documentation(await item('decorator', 'track_started')), /the setting `task_track_started` counts/);
      assert.deepEqual((await item('decorator', 'queue')).tags, [1]);
    });

    it('keeps the = that stands there', async () => {
      const { textEdit } = await item('whole', 'acks_late');
      assert.equal((textEdit as TextEdit).newText, 'acks_late');
    });

    it('offers what apply_async and send_task take', async () => {
      assert.equal(documentation(await item('call', 'countdown')), 'Seconds before it may start.');
      assert.ok((await labels('sendOption')).includes('queue'));
      assert.ok(!(await labels('call')).includes('max_retries'));
    });

    it('offers attributes in the body of a task class', async () => {
      const found = await item('taskClass', 'max_retries');
      assert.deepEqual(found.textEdit, { range: { start: { line: 4, character: 4 }, end: { line: 4, character: 8 } }, newText: 'max_retries = ' });
      assert.equal(found.detail, 'default 3');
      assert.match(documentation(found), /^Retries before the task fails/);
      const offered = await labels('taskClass');
      assert.ok(!offered.includes('name') && !offered.includes('bind') && !offered.includes('base') && offered.includes('rate_limit'));
    });

    it('offers what retry takes, in its own words, and what it hands on', async () => {
      assert.match(documentation(await item('retry', 'throw')), /^With False the call returns/);
      assert.match(documentation(await item('retry', 'max_retries')), /in place of its own/);
      assert.equal((await item('classRetry', 'countdown')).label, 'countdown');
      const offered = await labels('classRetry');
      assert.ok(offered.includes('queue') && !offered.includes('exc') && !offered.includes('task_id') && !offered.includes('bind'));
      assert.equal(new Set(offered).size, offered.length);
    });

    for (const mark of ['delay', 'value', 'nested', 'foreign', 'method', 'plainClass', 'plainRetry', 'otherRetry']) it(`says nothing in ${mark}`, async () => assert.equal(await ask(mark), null));
  });

  describe('of settings', () => {
    for (const [mark, label, text] of [
      ['update', 'task_serializer', 'task_serializer='], ['constructor', 'task_serializer', 'task_serializer='], ['updateKey', 'task_serializer', 'task_serializer'], ['item', 'task_serializer', 'task_serializer'],
      ['attribute', 'timezone', 'timezone'], ['module', 'CELERY_TASK_SERIALIZER', 'CELERY_TASK_SERIALIZER = '], ['class', 'task_serializer', 'task_serializer = '], ['old', 'CELERY_TASK_SERIALIZER', 'CELERY_TASK_SERIALIZER = '],
    ] as const) {
      it(`offers ${label} in ${mark}`, async () => {
        const found = await item(mark, label);
        assert.equal((found.textEdit as TextEdit).newText, text);
        assert.ok(documentation(found));
        assert.match(found.detail!, /default/);
      });
    }

    it('leaves out what is given already', async () => {
      assert.ok(!(await labels('update')).includes('enable_utc'));
      assert.ok(!(await labels('module')).includes('CELERY_TIMEZONE'));
      assert.ok(!(await labels('class')).includes('timezone'));
    });

    it('says what a setting is for, and since when', async () => {
      const found = await item('attribute', 'beat_cron_starting_deadline');
      assert.match(documentation(found), /^Seconds that a missed crontab run may be late[^]*Since Celery 5\.3\.$/);
      assert.equal(found.detail, 'int, default None');
    });

    for (const mark of ['inside', 'otherClass', 'otherUpdate', 'conf']) it(`says nothing in ${mark}`, async () => assert.equal(await ask(mark), null));
  });

  it('offers settings right after the dot, in code that is not finished', async () => {
    const text = 'from shop import app\n\napp.conf.\n\ndef f():\n    return app.conf.\n';
    await project.type('views.py', text);
    for (const position of [{ line: 2, character: 9 }, { line: 5, character: 20 }]) {
      const items = await project.client.connection.sendRequest<CompletionItem[]>('textDocument/completion', { textDocument: { uri: project.uri('views.py') }, position });
      assert.ok(items.some(({ label }) => label === 'task_serializer'), JSON.stringify(position));
    }
    await project.discard('views.py');
  });

  it('says nothing in broken code, and does not fail', async () => {
    const text = 'from shop import add, app\nadd.apply_async((1, 2), co\nimport x\napp.send_task("sh\nfoo.conf.\n';
    await project.type('views.py', text);
    for (const position of [{ line: 1, character: 26 }, { line: 3, character: 17 }, { line: 4, character: 9 }]) {
      assert.equal(await project.client.connection.sendRequest('textDocument/completion', { textDocument: { uri: project.uri('views.py') }, position }), null, JSON.stringify(position));
    }
    await project.discard('views.py');
  });
});
