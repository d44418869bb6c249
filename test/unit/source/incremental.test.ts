import assert from 'node:assert/strict';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { defaultOptions, LintPolicy } from '../../../src/source/lint/config';
import { Linter } from '../../../src/source/lint/engine';
import { Project } from '../../../src/source/project/project';
import { Random } from '../../harness/random';
import { parser, workspace } from './workspace';

const files: Record<string, string> = {
  'app.py': `from celery import Celery
from celery.schedules import crontab
app = Celery('app', broker='redis://')
app.conf.beat_schedule = {
    'one': {'task': 'tasks.add', 'schedule': 30.0, 'args': (1, 2)},
    'two': {'task': 'tasks.gone', 'schedule': crontab(minute=0)},
}
`,
  'wrap.py': `from celery import shared_task
def job(**options):
    def wrap(func):
        return shared_task(**options)(func)
    return wrap
`,
  'tasks.py': `from app import app
from wrap import job
LIMIT = 3
class Base(app.Task):
    abstract = True
@app.task
def add(x, y):
    """Adds."""
    return x + y
@app.task(bind=True, base=Base, max_retry=LIMIT)
def other(self, order_id, *, amount=1):
    add.delay(order_id)
    return amount
@job(queue='slow', name='named')
def third(a): ...
`,
  'use.py': `from tasks import add, other as o, third
def run(value):
    add.delay(1, 2)
    add.delay(1, 2, 3)
    o.apply_async((1,), {'amount': 2}, countdown=3)
    third.s(1, countdown=4) | add.s(2)
`,
};

const pieces = ['\n', 'x', ', 1', ')', '(', '"', '@app.task\n', 'def new(a, b=1): ...\n', '    ', 'add.delay(1)\n', 'from tasks import *\n', '# noqa\n', '=', 'import celery\n', 'countdown=1', '🌱', '\'\'\'', ':', 'class C: pass\n', 'name="x"'];

/** Everything that a project says, without revisions. */
function said(project: Project, root: string): unknown {
  const { revision: _revision, indexing: _indexing, ...snapshot } = project.snapshot(0);
  const { linked } = project;
  const linter = new Linter(linked, new LintPolicy({ options: defaultOptions, directory: root, mistakes: [] }));
  return { snapshot, findings: linked.files.flatMap(file => linter.lint(file).map(({ rule, at, message }) => `${path.basename(file.path)} ${rule.code} ${at.start}-${at.end} ${message}`)) };
}

describe('a project after edits', () => {
  for (const seed of [1, 2, 3, 4]) {
    it(`means the same as one read anew (seed ${seed})`, async () => {
      const { root, project, remove } = await workspace(files);
      try {
        const random = new Random(seed);
        const texts = { ...files };
        for (const name of Object.keys(files)) project.openDocument(path.join(root, name), pathToFileURL(path.join(root, name)).href, files[name]!);
        for (let round = 0; round < 25; round++) {
          for (let edits = random.below(3); edits >= 0; edits--) {
            const name = random.pick(Object.keys(files));
            const text = texts[name]!;
            const start = random.below(text.length + 1);
            const end = Math.min(text.length, start + random.pick([0, 0, 0, 1, 5, 20]));
            const insert = random.pick(pieces);
            texts[name] = text.slice(0, start) + insert + text.slice(end);
            project.changeDocument(path.join(root, name), [{ start, end, text: insert }]);
            project.document(path.join(root, name));
          }
          project.settle();
          const fresh = new Project(await parser());
          await fresh.open([root]);
          for (const name of Object.keys(files)) fresh.openDocument(path.join(root, name), pathToFileURL(path.join(root, name)).href, texts[name]!);
          assert.deepEqual(said(project, root), said(fresh, root), `after round ${round}`);
          // Do not let mistakes pile up until nothing is left to read.
          if (round % 5 === 4) {
            for (const name of Object.keys(files)) {
              project.changeDocument(path.join(root, name), [{ start: 0, end: texts[name]!.length, text: files[name]! }]);
              texts[name] = files[name]!;
            }
          }
        }
      } finally {
        remove();
      }
    });
  }
});
