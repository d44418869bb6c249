import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { githubReport } from '../../../src/cli/formats/github';
import { Progress } from '../../../src/cli/progress';
import { run } from '../../../src/cli/run';
import type { SourceFile } from '../../../src/source/project/sourceFile';
import { ruleOf } from '../../../src/source/lint/registry';
import { directory } from '../source/workspace';
import { program } from './program';

const task = 'from celery import shared_task\n\n@shared_task\ndef add(x, y): ...\n';
const emptied = '\r\x1b[K';

describe('the command line in a terminal', function () {
  this.timeout(30_000);
  let root = '';
  beforeEach(() => { root = directory(Object.fromEntries(Array.from({ length: 45 }, (_, index) => [`tasks${index}.py`, task]))); });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const errors = async (progressAfter: number | null): Promise<string> => {
    let written = '';
    const code = await run(['lint'], { cwd: root, assets: path.dirname(program), color: false, progressAfter, input: () => Promise.resolve(''), out: () => undefined, error: text => { written += text; } });
    assert.equal(code, 0);
    return written;
  };

  it('shows how far it is, and takes that away', async () => {
    const written = await errors(0);
    assert.match(written, /20 of 45 files…/);
    assert.match(written, /40 of 45 files…/);
    assert.ok(written.endsWith(emptied));
    assert.doesNotMatch(written, /\n/);
  });

  it('shows nothing where that is none, or where it is soon done', async () => {
    assert.equal(await errors(null), '');
    assert.equal(await errors(60_000), '');
  });

  it('takes away only what it has shown', () => {
    const written: string[] = [];
    const progress = new Progress(0, text => written.push(text));
    progress.end();
    progress.show('a');
    progress.show('b');
    progress.end();
    progress.end();
    assert.deepEqual(written, [`${emptied}a`, `${emptied}b`, emptied]);
  });

  it('ends at Ctrl-C, without a word', async () => {
    const child = spawn(process.execPath, [program, 'lint', '--stdin'], { cwd: root });
    let written = '';
    child.stdout.on('data', data => { written += String(data); });
    child.stderr.on('data', data => { written += String(data); });
    const ended = once(child, 'exit');
    // More than a pipe holds: it is through once the program reads.
    await new Promise(resolve => child.stdin.write('#'.repeat(2 ** 20), resolve));
    child.kill('SIGINT');
    assert.deepEqual(await ended, [130, null]);
    assert.equal(written, '');
  });
});

describe('annotations for GitHub', () => {
  it('have nothing in them that GitHub would read as its own', () => {
    const file = { path: '/work/a,b:c%/tasks.py', range: () => ({ start: { line: 0, character: 0 }, end: { line: 1, character: 2 } }) } as unknown as SourceFile;
    const report = githubReport({ found: [{ rule: ruleOf('CEL101')!, file, at: { start: 0, end: 5 }, severity: 'info', message: '100% of a::b,\r\nand c' }], relative: name => name.replace('/work/', ''), url: () => '', page: () => '', color: false });
    assert.equal(report, '::notice file=a%2Cb%3Ac%25/tasks.py,line=1,endLine=2,title=CEL101 arity-mismatch::100%25 of a::b,%0D%0Aand c\n');
  });
});
