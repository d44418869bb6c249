import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { CELERY_VERSIONS, pythonOf } from '../../harness/celery';
import { Random } from '../../harness/random';
import { lint } from '../../unit/lint/ruleTester';
import { argumentsText, parametersText } from './generated';

const functions = 150;
const callsEach = 20;

describe('arity verdicts, compared with Celery\'s own check', function () {
  this.timeout(120_000);
  for (const version of [CELERY_VERSIONS[0], CELERY_VERSIONS.at(-1)!]) {
    it(`${functions * callsEach} calls of ${functions} generated tasks (Celery ${version})`, async () => {
      const random = new Random(Number(version.replace('.', '')));
      const tasks = ['from celery import Celery', 'app = Celery("tasks")'];
      const calls: string[] = [];
      for (let index = 0; index < functions; index++) {
        const bound = random.below(2) === 0;
        const parameters = parametersText(random);
        tasks.push(`@app.task(bind=${bound ? 'True' : 'False'})`, `def f${index}(${bound ? `self${parameters ? ', ' : ''}` : ''}${parameters}): ...`);
        for (let number = 0; number < callsEach; number++) calls.push(`f${index}|${argumentsText(random)}`);
      }
      const script = [...tasks, 'import json', 'verdicts = []', 'def check(function):', '    try:', '        function()', '    except TypeError:', '        verdicts.append(False)', '    else:', '        verdicts.append(True)',
        ...calls.map(text => `check(lambda: ${text.replace('|', '.__header__(')}))`), 'print(json.dumps(verdicts))'].join('\n');
      const { status, stdout, stderr } = spawnSync(pythonOf(version), ['-'], { input: script, encoding: 'utf8' });
      assert.equal(status, 0, stderr);
      const theirs = JSON.parse(stdout) as boolean[];

      const use = ['from tasks import *', ...calls.map(text => `${text.replace('|', '.delay(')})`)];
      const found = await lint('CEL101', { 'tasks.py': tasks.join('\n'), 'use.py': use.join('\n') });
      const wrong = new Set(found.map(({ file, at }) => file.lines.position(at.start).line));
      const differing = calls.flatMap((text, index) => wrong.has(index + 1) === theirs[index] ? [`${tasks[tasks.findIndex(line => line.startsWith(`def ${text.split('|')[0]}(`))]} called with ${text.split('|')[1]}: Celery says ${theirs[index] ? 'fine' : 'TypeError'}`] : []);
      assert.deepEqual(differing, []);
      assert.ok(theirs.filter(Boolean).length > calls.length / 10 && theirs.filter(verdict => !verdict).length > calls.length / 10, 'both verdicts must be tried often');
    });
  }
});
