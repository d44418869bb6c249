import { deepEqual, match, throws } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { judge, readVerdicts } from '../../scripts/lib/corpus.mjs';
import { directory } from './source/workspace';

const header = 'repository@commit\tfile\tline\tcode\tverdict\twhy\n';
const row = (line: number, verdict: string): string => `a/b@1\tx.py\t${line}\tCEL101\t${verdict}\tas seen\n`;
const place = (line: number) => ({ project: 'a/b@1', file: 'x.py', line, code: 'CEL101' });

describe('the corpus', () => {
  it('has no problem where all that is found was judged right', () => deepEqual(judge([place(1), place(2)], readVerdicts(header + row(1, 'true') + row(2, 'true')), new Set(['a/b@1'])), []));

  it('tells what was not judged and what is no longer found', () => deepEqual(judge([place(1)], readVerdicts(header + row(2, 'true')), new Set(['a/b@1'])), ['not judged: a/b@1 x.py:1 CEL101', 'no longer found: a/b@1 x.py:2 CEL101']));

  it('asks nothing of projects that are not there', () => deepEqual(judge([], readVerdicts(header + row(2, 'true')), new Set()), []));

  it('wants 95 of 100 findings to be right', () => {
    const judged = (wrong: number) => judge(Array.from({ length: 20 }, (_, line) => place(line)), readVerdicts(header + Array.from({ length: 20 }, (_, line) => row(line, line < wrong ? 'false' : 'true')).join('')), new Set(['a/b@1']));
    deepEqual(judged(1), []);
    deepEqual(judged(2), ['only 18 of 20 findings are right']);
  });

  it('refuses rows that say no verdict or no reason', () => {
    throws(() => readVerdicts(header + row(1, 'maybe')), /verdicts\.tsv:2/);
    throws(() => readVerdicts(header + row(1, 'true').replace('as seen', '')), /verdicts\.tsv:2/);
  });

  it('counts projects that are not there among the problems, but for those that were not chosen', function () {
    this.timeout(30_000);
    const folder = directory({ 'doccano+doccano/tasks.py': 'import celery\n' });
    const run = (...chosen: string[]) => spawnSync(process.execPath, [path.join(process.env.REPOSITORY!, 'scripts/corpus.mjs'), folder, ...chosen], { encoding: 'utf8' });
    try {
      const all = run();
      match(all.stdout, /^not there: hypothesis\/h@/m);
      deepEqual(all.status, 1);
      const one = run('doccano/doccano');
      match(one.stdout, /^1 projects, 0 findings, 0 problems$/m);
      deepEqual(one.status, 0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
