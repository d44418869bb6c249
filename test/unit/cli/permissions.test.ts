import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import path from 'node:path';
import { unprivileged, type Unprivileged } from '../../harness/unprivileged';
import { directory, write } from '../source/workspace';

const wrong = 'from celery import shared_task\n\n@shared_task(ignore_results=True)\ndef add(x, y): ...\n';
const right = wrong.replace('ignore_results', 'ignore_result');

describe('what the command line may not read or write', function () {
  this.timeout(30_000);
  let somebody: Unprivileged;
  let root = '';
  before(() => { somebody = unprivileged(); });
  after(() => somebody.remove());
  beforeEach(() => {
    root = directory({ 'shop/tasks.py': wrong, 'shop/secret.py': wrong, 'closed/tasks.py': wrong, 'other/tasks.py': wrong, 'other/worker.sh': 'celery -A shop worker\n' });
    somebody.give(root);
  });
  afterEach(() => {
    for (const name of ['closed', 'other']) chmodSync(path.join(root, name), 0o755);
    rmSync(root, { recursive: true, force: true });
  });

  const deny = (name: string, mode = 0): void => chmodSync(path.join(root, name), mode);
  const read = (name: string): string => readFileSync(path.join(root, name), 'utf8');
  const run = (...args: readonly string[]): { code: number | null; out: string; error: string[] } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(somebody.dist, 'cli.js'), ...args], { cwd: root, encoding: 'utf8', ...somebody.user });
    return { code: status, out: stdout, error: stderr.split('\n').filter(Boolean).map(line => line.replace(/^celery-workbench: /, '')) };
  };
  const lint = (...args: readonly string[]): { code: number | null; found: string[]; error: string[] } => {
    const { code, out, error } = run('lint', '--format', 'json', ...args);
    return { code, found: out === '' ? [] : (JSON.parse(out) as { file: string }[]).map(({ file }) => file), error };
  };

  it('is named, a file and a directory, beside all that is found in the others', () => {
    deny('shop/secret.py');
    deny('closed');
    assert.deepEqual(lint(), { code: 2, found: ['other/tasks.py', 'shop/tasks.py'], error: ['closed cannot be read: permission denied', 'shop/secret.py cannot be read: permission denied'] });
    assert.deepEqual(lint('other'), { code: 1, found: ['other/tasks.py'], error: [] });
    assert.deepEqual(lint('closed/tasks.py', 'other'), { code: 2, found: ['other/tasks.py'], error: ['closed/tasks.py cannot be read: permission denied'] });
    assert.deepEqual(lint('shop/secret.py'), { code: 2, found: [], error: ['shop/secret.py cannot be read: permission denied'] });
    assert.deepEqual(run('tasks', 'shop'), { code: 2, out: 'shop.tasks.add(x, y)  shop/tasks.py:3\n', error: ['shop/secret.py cannot be read: permission denied'] });
  });

  it('may be what lies in a directory of which only the names may be read', () => {
    deny('other', 0o444);
    assert.deepEqual(lint(), { code: 2, found: ['closed/tasks.py', 'shop/secret.py', 'shop/tasks.py'], error: ['other/tasks.py cannot be read: permission denied'] });
  });

  it('is no matter where it is excluded', () => {
    write(root, { 'pyproject.toml': '[tool.celery-workbench]\nexclude = ["closed", "**/secret.py"]\n' });
    deny('shop/secret.py');
    deny('closed');
    assert.deepEqual(lint(), { code: 1, found: ['other/tasks.py', 'shop/tasks.py'], error: [] });
  });

  it('may be the settings: nothing is printed that they might have asked otherwise', () => {
    write(root, { 'pyproject.toml': '[tool.celery-workbench]\nignore = ["CEL301"]\n' });
    deny('pyproject.toml');
    assert.deepEqual(lint(), { code: 2, found: [], error: [`${path.join(realpathSync(root), 'pyproject.toml')} cannot be read: permission denied`] });
  });

  it('is named where it is to be fixed, and the others are', () => {
    deny('shop/tasks.py', 0o444);
    deny('shop/secret.py');
    const { code, out, error } = run('lint', '--fix', 'shop', 'other');
    assert.equal(code, 2);
    assert.match(out, /^shop\/tasks\.py:3:14: warning CEL301 [^]*\nFixed 1\. Found 1 warning\. 1 can be fixed with --fix\.\n$/);
    assert.deepEqual(error, ['shop/secret.py cannot be read: permission denied', 'shop/tasks.py is not fixed: permission denied']);
    deny('shop/secret.py', 0o644);
    assert.deepEqual([read('shop/tasks.py'), read('shop/secret.py'), read('other/tasks.py')], [wrong, wrong, right]);
  });
});
