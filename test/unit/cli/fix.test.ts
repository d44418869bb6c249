import assert from 'node:assert/strict';
import { readFileSync, rmSync, statSync, chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { directory } from '../source/workspace';
import { runProgram } from './program';

const wrong = '# -*- coding: utf-8 -*-\nfrom celery import shared_task\n\n\n@shared_task( ignore_results = True,  rate_limit="10/m" ) # Größe 🌱\ndef add(x, y):\n\treturn  x+y\n';
const right = wrong.replace('ignore_results', 'ignore_result');

describe('--fix', function () {
  this.timeout(30_000);
  let root = '';
  const file = (): string => path.join(root, 'tasks.py');
  beforeEach(() => { root = directory({ 'tasks.py': wrong }); });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const fix = (): ReturnType<typeof runProgram> => runProgram(root, ['lint', '--fix']);

  it('changes nothing but what is wrong, and nothing the second time', () => {
    chmodSync(file(), 0o744);
    assert.deepEqual(fix(), { code: 0, out: 'Fixed 1. Nothing found.\n', error: '' });
    assert.equal(readFileSync(file(), 'utf8'), right);
    assert.equal(statSync(file()).mode & 0o777, 0o744);
    assert.deepEqual(fix(), { code: 0, out: 'Nothing found.\n', error: '' });
    assert.equal(readFileSync(file(), 'utf8'), right);
  });

  for (const [what, made] of [
    ['lines of Windows', (text: string): string => text.replaceAll('\n', '\r\n')],
    ['a byte order mark', (text: string): string => `\ufeff${text}`],
    ['no newline at the end', (text: string): string => text.trimEnd()],
  ] as const) {
    it(`keeps ${what}`, () => {
      writeFileSync(file(), made(wrong));
      assert.equal(fix().code, 0);
      assert.equal(readFileSync(file(), 'utf8'), made(right));
    });
  }

  it('leaves alone a file that is not UTF-8, says so, and fixes the others', () => {
    const latin = Buffer.from(wrong.replace('utf-8', 'latin-1').replace(' 🌱', ''), 'latin1');
    writeFileSync(file(), latin);
    writeFileSync(path.join(root, 'more.py'), wrong);
    const { code, out, error } = fix();
    assert.equal(error, 'celery-workbench: tasks.py is not fixed: it is not UTF-8, or it has changed meanwhile\n');
    assert.match(out, /^tasks\.py:5:15: warning CEL301 [^]*\nFixed 1\. Found 1 warning\. 1 can be fixed with --fix\.\n$/);
    assert.equal(code, 2);
    assert.deepEqual(readFileSync(file()), latin);
    assert.equal(readFileSync(path.join(root, 'more.py'), 'utf8'), right);
  });

  it('prints standard input with nothing but what is wrong changed, and leaves the file alone', () => {
    const { code, out, error } = runProgram(root, ['lint', '--stdin', '--stdin-filename', 'tasks.py', '--fix'], wrong);
    assert.deepEqual([code, out, error], [0, right, 'Fixed 1. Nothing found.\n']);
    assert.equal(readFileSync(file(), 'utf8'), wrong);
  });
});
