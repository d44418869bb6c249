import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { directory } from '../source/workspace';
import { runProgram, type Outcome } from './program';

const tasks = 'from celery import shared_task\n\n@shared_task(ignore_results=True)\ndef add(x, y): ...\n';
const use = 'from tasks import add\nadd.delay(1, 2, 3)\nadd.delay(1, 2, countdown=5)\nadd.delay(1, 2, 3)  # celery: ignore[CEL101]\n';

describe('the command line', function () {
  this.timeout(30_000);
  let root = '';
  beforeEach(() => { root = directory({ 'tasks.py': tasks, 'use.py': use, 'clean/empty.py': 'import celery\n' }); });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const run = (args: readonly string[], input = ''): Outcome => runProgram(root, args, input);

  it('prints findings with the line and what is meant', () => {
    const { code, out, error } = run(['lint']);
    assert.equal(error, '');
    assert.equal(code, 1);
    assert.match(out, /^tasks\.py:3:14: warning CEL301 /m);
    assert.match(out, / 2 \| add\.delay\(1, 2, 3\)\n {3}\| {17}\^\n/);
    assert.match(out, /\nFound 2 errors, 1 warning\. 2 can be fixed with --fix\.\n$/);
  });

  it('ends with 0 where nothing is found and 2 where it cannot do what is asked', () => {
    assert.deepEqual([run(['lint', 'clean']).code, run(['lint', 'missing']).code, run(['lint', '--select', 'CEL999']).code, run(['lint', '--format', 'xml']).code, run(['nonsense']).code], [0, 2, 2, 2, 2]);
    assert.match(run(['lint', 'missing']).error, /^celery-workbench: missing is not there\n/);
  });

  it('looks at what is asked, and reads the rest of the project for it', () => {
    const { out } = run(['lint', '--format', 'json', 'use.py']);
    assert.deepEqual((JSON.parse(out) as { file: string; code: string }[]).map(({ file, code }) => `${file} ${code}`), ['use.py CEL101', 'use.py CEL102']);
  });

  it('prints JSON that scripts can rely on', () => {
    const [first, second] = JSON.parse(run(['lint', '--format', 'json', '--select', 'CEL1']).out) as Record<string, unknown>[];
    const { message, url, fixes, ...rest } = first!;
    assert.deepEqual(rest, { file: 'use.py', line: 2, column: 17, endLine: 2, endColumn: 18, code: 'CEL101', name: 'arity-mismatch', severity: 'error' });
    assert.equal(typeof message, 'string');
    assert.ok(readFileSync(new URL(String(url)), 'utf8').startsWith('# CEL101'));
    assert.deepEqual(fixes, []);
    assert.deepEqual(second!['fixes'], [{ title: 'Pass countdown as an option', safe: true, edits: [{ file: 'use.py', line: 3, column: 5, endLine: 3, endColumn: 29, text: 'apply_async(args=(1, 2), countdown=5)' }] }]);
  });

  it('prints annotations for GitHub', () => {
    assert.match(run(['lint', '--format', 'github', 'use.py']).out, /^::error file=use\.py,line=2,endLine=2,col=17,endColumn=18,title=CEL101 arity-mismatch::add takes 2 positional/);
  });

  it('fixes what is safe, and only that', () => {
    const { code, out } = run(['lint', '--fix']);
    assert.equal(code, 1);
    assert.match(out, /\nFixed 2\. Found 1 error\.\n$/);
    assert.equal(readFileSync(path.join(root, 'tasks.py'), 'utf8'), tasks.replace('ignore_results', 'ignore_result'));
    assert.equal(readFileSync(path.join(root, 'use.py'), 'utf8'), use.replace('delay(1, 2, countdown=5)', 'apply_async(args=(1, 2), countdown=5)'));
  });

  it('reads standard input as a file of the project', () => {
    const { code, out } = run(['lint', '--stdin', '--stdin-filename', 'other.py', '--format', 'json'], 'from tasks import add\nadd.delay(1)\n');
    assert.equal(code, 1);
    assert.deepEqual((JSON.parse(out) as { file: string; line: number }[]).map(({ file, line }) => [file, line]), [['other.py', 2]]);
    const fixed = run(['lint', '--stdin', '--fix'], 'from tasks import add\nadd.delay(1, 2, queue="x")\n');
    assert.equal(fixed.out, 'from tasks import add\nadd.apply_async(args=(1, 2), queue="x")\n');
    assert.equal(fixed.code, 0);
  });

  it('counts, explains and lists', () => {
    assert.equal(run(['lint', '--statistics']).out, '    1  CEL101  arity-mismatch\n    1  CEL102  exec-option-in-delay\n    1  CEL301  unknown-task-option\n');
    assert.match(run(['explain', 'CEL101']).out, /^# CEL101 arity-mismatch\n/);
    assert.match(run(['explain', 'arity-mismatch']).out, /^# CEL101 /);
    assert.equal(run(['tasks']).out, 'tasks.add(x, y)  tasks.py:3\n');
    assert.deepEqual((JSON.parse(run(['tasks', '--format', 'json']).out) as { name: string }[]).map(({ name }) => name), ['tasks.add']);
    assert.match(run(['--version']).out, /^\d+\.\d+\.\d+\n$/);
  });

  it('lists tasks whose name is not known without one', () => {
    writeFileSync(path.join(root, 'tasks.py'), "import os\nfrom celery import shared_task\n\n@shared_task(name=os.environ['NAME'])\ndef add(x, y): ...\n");
    assert.equal(run(['tasks']).out, '?(x, y)  tasks.py:4\n');
    assert.deepEqual((JSON.parse(run(['tasks', '--format', 'json']).out) as { name: string | null; qualname: string }[]).map(({ name, qualname }) => [name, qualname]), [[null, 'add']]);
  });

  it('follows pyproject.toml', () => {
    rmSync(root, { recursive: true });
    const toml = '[tool.celery-workbench]\nignore = ["CEL102"]\nexclude = ["old"]\nseverity = { CEL301 = "info" }\nper-file-ignores = { "**/legacy.py" = ["CEL1"] }\n';
    root = directory({ 'tasks.py': tasks, 'use.py': use, 'old/use.py': use, 'app/legacy.py': use, 'pyproject.toml': toml });
    assert.deepEqual((JSON.parse(run(['lint', '--format', 'json']).out) as { file: string; code: string; severity: string }[]).map(({ file, code, severity }) => `${file} ${code} ${severity}`), ['tasks.py CEL301 info', 'use.py CEL101 error']);
    rmSync(root, { recursive: true });
    root = directory({ 'tasks.py': tasks, 'pyproject.toml': '[tool.celery-workbench]\nnonsense = 1\npreset = "loud"\n' });
    assert.match(run(['lint']).error, /nonsense is not known\n.*preset must be "recommended", "strict" or "off"\n/);
    rmSync(root, { recursive: true });
    root = directory({ 'tasks.py': tasks, 'pyproject.toml': '[tool.celery-workbench]\nselect = ["CEL3", "CEL399"]\nseverity = { cel301 = "info", arity = "off" }\nper-file-ignores = { "a.py" = ["CEL1", "E501"] }\n' });
    const { code, error } = run(['lint']);
    assert.equal(code, 2);
    assert.deepEqual(error.match(/\S+ names .*/g), ['select names CEL399, which is no rule', 'severity names arity, which is no rule', 'per-file-ignores names E501, which is no rule']);
  });

  it('says which files it passes over though they are named', () => {
    rmSync(root, { recursive: true });
    root = directory({ 'tasks.py': tasks, 'notes.txt': 'celery', 'venv/use.py': use, 'data.py': `import celery\nX = '''${'x'.repeat(1_600_000)}'''\n` });
    const { code, out, error } = run(['lint', '--format', 'json', 'tasks.py', 'notes.txt', 'venv/use.py', 'data.py']);
    assert.deepEqual([code, (JSON.parse(out) as { file: string }[]).map(({ file }) => file)], [1, ['tasks.py']]);
    assert.equal(error, [
      'celery-workbench: notes.txt is passed over: its name does not end with .py',
      'celery-workbench: venv/use.py is passed over: it lies in a directory that is not of the project, as environments and builds are',
      'celery-workbench: data.py is passed over: it is larger than 1.5 MB', '',
    ].join('\n'));
  });
});
