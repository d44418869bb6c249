import assert from 'node:assert/strict';
import type { Range, TextDocumentEdit, WorkspaceEdit } from 'vscode-languageserver/node';
import { MarkedProject } from './marked';

const files = {
  'names.py': 'ADD = "jobs.‹constant›add"\nclass Names:\n    MUL = "jobs.mul"\n',
  'app.py': [
    'from celery import Celery',
    'from names import Names',
    'app = Celery("jobs")',
    'app.conf.task_routes = {"jobs.add": "sums", "jobs.‹glob›*": "other", "jobs.mul": "sums"}',
    'app.conf.beat_schedule = {"x": {"task": "jobs.‹beat›add", "schedule": 3}, "y": {"task": Names.MUL, "schedule": 3}, "z": {"task": "app.‹computed›plain", "schedule": 3}}',
    'queue = "jobs.queued"',
  ].join('\n'),
  'tasks.py': [
    'from app import app, queue',
    'from names import ADD, Names',
    '@app.task(name=ADD)',
    'def add(x, y): ...',
    '@app.task(name=Names.MUL)',
    'def mul(x, y): ...',
    '@app.task',
    'def plain(): ...',
    '@app.task(name="jobs.parts")',
    'def parts(): ...',
    '@app.task(name="jobs.‹queued›queued")',
    'def queued(): ...',
    '@app.task(name="jobs.‹single›single")',
    'def single(): ...',
  ].join('\n'),
  'views.py': [
    'from app import app, queue',
    'from tasks import add',
    'x = "é😀", app.send_task(\'jobs.‹utf16›add\', args=(1, 2))',
    'app.send_task(r"jobs.add")',
    'app.send_task("jobs." "‹joined›add")',
    'text = "jobs.‹other›add"',
    'app.send_task("jobs.%s" % "pa‹parts›rts")',
    'app.send_task("jobs.‹partsText›parts")',
    'app.send_task("tasks.‹plain›plain")',
    'app.send_task("else.‹unknown›where")',
    'add.delay(1, 2)',
    'app.send_task(queue, queue=queue)',
  ].join('\n'),
};

describe('renaming a task by its name', () => {
  let project: MarkedProject;
  before(async () => { project = await MarkedProject.open(files); });
  after(() => project.close());

  const prepare = (mark: string): Promise<{ range: Range; placeholder: string } | null> => project.ask('textDocument/prepareRename', mark);
  const refused = async (mark: string, reason: RegExp, newName?: string): Promise<void> => {
    const asked = newName === undefined ? prepare(mark) : project.ask('textDocument/rename', mark, { newName });
    await assert.rejects(asked, (error: Error) => reason.test(error.message) || assert.fail(error.message));
  };

  it('starts with exactly the name', async () => {
    for (const mark of ['utf16', 'beat', 'constant']) {
      const { range, placeholder } = (await prepare(mark))!;
      assert.equal(placeholder, 'jobs.add');
      const { textDocument } = project.at(mark);
      assert.match(project.show({ uri: textDocument.uri, range }), / jobs\.add$/, mark);
    }
    assert.deepEqual((await prepare('utf16'))!.range, { start: { line: 2, character: 26 }, end: { line: 2, character: 34 } });
  });

  it('changes the name in every place where it is written, and nothing else', async () => {
    const { documentChanges } = await project.ask<WorkspaceEdit>('textDocument/rename', 'utf16', { newName: 'math.sum' });
    const changed = (documentChanges as TextDocumentEdit[]).flatMap(({ textDocument: { uri }, edits }) => edits.map(edit => `${project.show({ uri, range: edit.range })} → ${(edit).newText}`)).sort();
    assert.deepEqual(changed, [
      'app.py:4 jobs.add → math.sum',
      'app.py:5 jobs.add → math.sum',
      'names.py:1 jobs.add → math.sum',
      'views.py:3 jobs.add → math.sum',
      'views.py:4 r"jobs.add" → "math.sum"',
      'views.py:5 "jobs." "add" → "math.sum"',
    ]);
  });

  it('is the same from the constant that holds the name', async () => {
    const edits = async (mark: string): Promise<unknown> => (await project.ask<WorkspaceEdit>('textDocument/rename', mark, { newName: 'math.sum' })).documentChanges;
    assert.deepEqual(await edits('constant'), await edits('beat'));
  });

  it('refuses a name that Celery computes', () => refused('plain', /^Celery makes the name tasks\.plain from the module and function of the task: rename plain, or give it a name= first$/));
  it('refuses a pattern', () => refused('glob', /^jobs\.\* is a pattern for many names$/));
  it('refuses a name without a task', () => refused('unknown', /^No task in this folder is named else\.where$/));
  it('refuses a name that is put together', () => refused('partsText', /^The name is put together from parts in views, line 7: change it there first$/));
  it('refuses a text that names a queue too', () => refused('queued', /^The name stands in a text that also names a queue, in views, line 12$/));
  it('refuses a name that is taken', () => refused('beat', /^There is a task jobs\.mul already$/, 'jobs.mul'));
  it('refuses a name that cannot be written everywhere', () => refused('beat', /^Blanks, quotes/, 'a "b"'));
  it('refuses an empty name', () => refused('beat', /^A task needs a name$/, ' '));

  it('has no answer for other texts', async () => {
    assert.equal(await prepare('other'), null);
    assert.equal(await project.ask('textDocument/rename', 'other', { newName: 'x' }), null);
  });

  it('changes what is typed and not saved', async () => {
    await project.type('views.py', 'from app import app\n\napp.send_task("jobs.single")\n');
    const { documentChanges } = await project.ask<WorkspaceEdit>('textDocument/rename', 'single', { newName: 'jobs.one' });
    const lines = (documentChanges as TextDocumentEdit[]).map(({ textDocument: { uri }, edits }) => [uri, edits.map(({ range }) => range.start.line)]);
    assert.deepEqual(lines.sort(), [[project.uri('tasks.py'), [12]], [project.uri('views.py'), [2]]]);
  });
});

describe('renaming a task in a workspace of several folders', () => {
  const tasks = (name: string): string => `from celery import Celery\napp = Celery("${name}")\n@app.task(name="jobs.‹${name}›add")\ndef add(x, y): ...\napp.send_task("jobs.add")\n`;
  let project: MarkedProject;
  before(async () => {
    project = await MarkedProject.open({ 'pyproject.toml': '', 'shop.py': tasks('shop') }, { 'pyproject.toml': '', 'mail.py': `${tasks('mail')}@app.task(name="jobs.mail")\ndef mail(): ...\n` }, { 'sender.py': 'from celery import Celery\napp = Celery()\napp.send_task("jobs.‹sent›add")\n' });
  });
  after(() => project.close());

  for (const [index, name] of ['shop', 'mail'].entries()) {
    it(`changes the name in the folder of ${name} alone`, async () => {
      const { documentChanges } = await project.ask<WorkspaceEdit>('textDocument/rename', name, { newName: 'math.sum' });
      const changed = (documentChanges as TextDocumentEdit[]).map(({ textDocument: { uri }, edits }) => [uri, edits.map(({ range }) => range.start.line)]);
      assert.deepEqual(changed, [[project.uri(`${name}.py`, index), [2, 4]]]);
    });
  }

  it('takes a name that a task of another folder has', async () => {
    assert.ok(await project.ask('textDocument/rename', 'shop', { newName: 'jobs.mail' }));
    await assert.rejects(project.ask('textDocument/rename', 'mail', { newName: 'jobs.mail' }), /There is a task jobs\.mail already/);
  });

  it('refuses where the folder only sends the task', () => assert.rejects(project.ask('textDocument/prepareRename', 'sent'), /No task in this folder is named jobs\.add/));
});
