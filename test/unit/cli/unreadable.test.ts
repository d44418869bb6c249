import assert from 'node:assert/strict';
import { rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import { directory } from '../source/workspace';
import { runProgram } from './program';

const wrong = 'from celery import shared_task\n\n@shared_task(ignore_results=True)\ndef add(x, y): ...\n';

describe('paths that the command line cannot read', function () {
  this.timeout(30_000);
  let root = '';
  beforeEach(() => { root = directory({ 'shop/tasks.py': wrong, 'other/tasks.py': wrong }); });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const link = (to: string, name: string): void => symlinkSync(to, path.join(root, name));
  const lint = (...paths: readonly string[]): { code: number | null; found: string[]; error: string } => {
    const { code, out, error } = runProgram(root, ['lint', '--format', 'json', ...paths]);
    return { code, found: out === '' ? [] : (JSON.parse(out) as { file: string }[]).map(({ file }) => file), error };
  };

  it('are named, beside all that is found in the others', () => {
    assert.deepEqual(lint('gone.py', 'shop'), { code: 2, found: ['shop/tasks.py'], error: 'celery-workbench: gone.py is not there\n' });
    assert.deepEqual(lint('gone.py', 'lost'), { code: 2, found: [], error: 'celery-workbench: gone.py is not there\nlost is not there\nTry celery-workbench --help\n' });
  });

  it('may be links that lead nowhere, or in a circle', () => {
    link('gone.py', 'shop/dangling.py');
    link('circle.py', 'shop/circle.py');
    const { code, found, error } = lint();
    assert.deepEqual([code, found], [2, ['other/tasks.py', 'shop/tasks.py']]);
    assert.equal(error, 'celery-workbench: shop/circle.py cannot be read: too many symbolic links encountered\ncelery-workbench: shop/dangling.py cannot be read: no such file or directory\n');
    assert.deepEqual(lint('other'), { code: 1, found: ['other/tasks.py'], error: '' });
    assert.deepEqual(lint('shop/circle.py', 'other').error, 'celery-workbench: shop/circle.py cannot be read: too many symbolic links encountered\n');
  });

  it('may be sockets', async () => {
    const server = createServer().listen(path.join(root, 'shop/worker.py'));
    await once(server, 'listening');
    try {
      assert.deepEqual(lint('shop/worker.py', 'other'), { code: 2, found: ['other/tasks.py'], error: 'celery-workbench: shop/worker.py is neither a file nor a directory\n' });
      assert.deepEqual(lint('shop'), { code: 1, found: ['shop/tasks.py'], error: '' });
    } finally {
      server.close();
    }
  });

  it('are none where a link leads to a directory, in it or above it', () => {
    link('shop', 'linked');
    link('.', 'shop/here');
    assert.deepEqual(lint('linked'), { code: 1, found: ['shop/tasks.py'], error: '' });
    assert.deepEqual(lint(), { code: 1, found: ['other/tasks.py', 'shop/tasks.py'], error: '' });
  });

  it('are none where an editor locks a file', () => {
    link('somebody@machine.1', 'shop/.#tasks.py');
    assert.deepEqual(lint(), { code: 1, found: ['other/tasks.py', 'shop/tasks.py'], error: '' });
  });

  it('are named by tasks too, and are no matter to standard input', () => {
    link('gone.py', 'shop/dangling.py');
    const tasks = runProgram(root, ['tasks', 'shop']);
    assert.deepEqual([tasks.code, tasks.error], [2, 'celery-workbench: shop/dangling.py cannot be read: no such file or directory\n']);
    assert.match(tasks.out, /^shop\.tasks\.add\(x, y\)/);
    const stdin = runProgram(root, ['lint', '--stdin'], wrong);
    assert.deepEqual([stdin.code, stdin.error], [1, '']);
  });
});
