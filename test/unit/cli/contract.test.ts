import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { directory } from '../source/workspace';
import { runProgram, type Outcome } from './program';

const tasks = 'from celery import shared_task\n\n@shared_task(max_retry=3)\ndef add(x, y): ...\n\nadd.delay(1, 2, countdown=5)\n';

describe('what scripts rely on of the command line', function () {
  this.timeout(30_000);
  let root = '';
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const run = (args: readonly string[], files: Readonly<Record<string, string>> = { 'tasks.py': tasks }, input = ''): Outcome => {
    rmSync(root, { recursive: true, force: true });
    root = directory(files);
    return runProgram(root, args, input);
  };

  it('says in one line what is wrong with a call, and ends with 2', () => {
    for (const [args, message] of [
      [['lint', '--frobnicate'], /Unknown option '--frobnicate'/], [['lint', '--format'], /--format/], [['lint', '--preset', 'loud'], /--preset is recommended or strict/],
      [['lint', '--stdin', 'tasks.py'], /--stdin looks at standard input alone/], [['explain'], /explain needs a rule/], [['explain', 'CEL999'], /there is no rule CEL999/],
      [['tasks', '--format', 'xml'], /--format is human or json/], [['tasks', 'gone.py'], /gone\.py is not there/],
    ] as const) {
      const { code, out, error } = run(args);
      assert.equal(code, 2, args.join(' '));
      assert.equal(out, '');
      assert.match(error, message);
      assert.doesNotMatch(error, /^\s+at /m, 'no stack');
    }
  });

  it('ends with 2 where pyproject.toml is no TOML or says what is not known', () => {
    const broken = run(['lint'], { 'tasks.py': tasks, 'pyproject.toml': '[tool.celery-workbench\n' });
    assert.equal(broken.code, 2);
    assert.match(broken.error, /^celery-workbench: .*pyproject\.toml: .+\n$/);
    const unknown = run(['lint'], { 'tasks.py': tasks, 'pyproject.toml': '[tool.celery-workbench]\nselekt = []\n' });
    assert.deepEqual([unknown.code, unknown.out], [2, '']);
    assert.match(unknown.error, /selekt is not known/);
  });

  it('shows progress to terminals alone', () => {
    assert.equal(run(['lint']).error, '');
  });

  it('helps, from lint too', () => {
    for (const args of [[], ['--help'], ['help'], ['lint', '--help'], ['lint', '-h']]) {
      const { code, out } = run(args);
      assert.equal(code, 0);
      for (const word of ['lint', 'tasks', 'explain', '--select', '--ignore', '--fix', '--statistics', '--stdin', 'sarif', 'github']) assert.ok(out.includes(word), word);
    }
  });

  it('makes warnings errors under strict, and remarks warnings', () => {
    const severities = (args: readonly string[], toml = ''): string[] => (JSON.parse(run(['lint', '--format', 'json', ...args], { 'tasks.py': tasks, 'pyproject.toml': toml }).out) as { code: string; severity: string }[]).map(({ code, severity }) => `${code} ${severity}`);
    assert.deepEqual(severities([]), ['CEL301 warning', 'CEL102 error']);
    assert.deepEqual(severities(['--preset', 'strict']), ['CEL301 error', 'CEL102 error']);
    assert.deepEqual(severities([], '[tool.celery-workbench]\npreset = "strict"\nseverity = { CEL102 = "hint" }\n'), ['CEL301 error', 'CEL102 hint']);
    assert.deepEqual(severities(['--ignore', 'CEL3']), ['CEL102 error']);
    assert.deepEqual(severities(['--select', 'unknown-task-option']), ['CEL301 warning']);
  });

  it('ends with 0 where only hints are left, and heeds comments in every spelling', () => {
    assert.equal(run(['lint'], { 'tasks.py': tasks, 'pyproject.toml': '[tool.celery-workbench]\nseverity = { CEL102 = "hint", CEL301 = "off" }\n' }).code, 0);
    for (const comment of ['# noqa', '# noqa: CEL102', '# noqa: E501, CEL102', '# celery: ignore', '# celery: ignore[CEL102]', '# celery: ignore[exec-option-in-delay]']) {
      assert.equal(run(['lint', '--select', 'CEL1'], { 'tasks.py': tasks.replace('countdown=5)', `countdown=5)  ${comment}`) }).code, 0, comment);
    }
    assert.equal(run(['lint', '--select', 'CEL1'], { 'tasks.py': tasks.replace('countdown=5)', 'countdown=5)  # noqa: CEL101') }).code, 1);
  });

  it('escapes what GitHub would read as its own', () => {
    const { out } = run(['lint', '--format', 'github'], { 'a,b:c/tasks.py': tasks });
    assert.match(out, /^::warning file=a%2Cb%3Ac\/tasks\.py,line=3,endLine=3,col=14,endColumn=23,title=CEL301 unknown-task-option::/m);
  });
});
