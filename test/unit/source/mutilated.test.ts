import assert from 'node:assert/strict';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Random } from '../../harness/random';
import { defaultOptions, LintPolicy } from '../../../src/source/lint/config';
import { Linter } from '../../../src/source/lint/engine';
import { Project } from '../../../src/source/project/project';
import type { Module } from '../../../src/source/syntax/nodes';
import { eachChild, type AnyNode } from '../../../src/source/syntax/walk';
import { parser, workspace } from './workspace';

const source = `"""Orders."""
from datetime import timedelta
from celery import Celery, shared_task, chain, group
from celery.schedules import crontab

app = Celery('orders', broker='redis://localhost')
app.conf.update(task_routes={'orders.*': {'queue': 'mail'}}, beat_schedule={
    'check': {'task': 'orders.check', 'schedule': crontab(minute='*/15'), 'args': (1,)},
    'gone': {'task': 'orders.gone', 'schedule': timedelta(minutes=5)},
})


class Base(app.Task):
    """A base."""
    max_retries = 3

    def on_failure(self, exc, task_id, args, kwargs, einfo):
        print(f'{task_id!r} failed: {exc}', *args, **kwargs)


@app.task(bind=True, base=Base, retry_backoff=True)
def charge(self, order_id: int, *, amount: float = 1.5, tags=('a', "b")) -> dict[str, int]:
    """Charges."""
    try:
        with open('x') as handle, lock(order_id):
            total = [line.strip() for line in handle if line and not line.startswith('#')]
    except (OSError, ValueError) as error:
        raise self.retry(exc=error, countdown=2 ** self.request.retries)
    return {'total': sum(int(value) for value in total), **{tag: 1 for tag in tags}}


@shared_task
def check(number, verbose=False):
    charge.delay(number, 2)
    charge.apply_async((number,), {'amount': 3.5}, countdown=10)
    chain(charge.s(1), check.si(2))() if verbose else group(check.s(n) for n in range(3)).delay()
    match number:
        case {'a': [1, *rest]} if rest:
            pass
        case _:
            lambda x, *y: (yield x)
    check.delay(1, countdown=3)
`;

const typed = ['(', ')', '[', '{', '"', '\'\'\'', ':', '\\', '@', 'def ', 'class ', 'import ', 'from . ', '  ', '\t', '\n', ',', '=', '*', 'lambda', 'async ', '\u0000', '\ud83d', 'é', '#', 'f"{', '}}', 'match x:\n', 'print "a"\n', '\r\n', '\r', '...', ':=', '-> '];

describe('2,000 mutilated files', function () {
  this.timeout(300_000);
  it('are read without an exception, and nothing is reported inside broken regions', async () => {
    const { root, project, remove } = await workspace({ 'orders.py': source });
    try {
      const file = path.join(root, 'orders.py');
      const random = new Random(42);
      const policy = new LintPolicy({ options: defaultOptions, directory: root, mistakes: [] });
      project.openDocument(file, pathToFileURL(file).href, source);
      let text = source;
      let unbroken = 0;
      for (let round = 0; round < 2000; round++) {
        const mutilated = mutilate(random);
        project.changeDocument(file, [{ start: 0, end: text.length, text: mutilated }]);
        text = mutilated;
        const { linked } = project;
        for (const current of linked.files) {
          check(current.module, 0, text.length);
          if (!current.module.broken.length) unbroken++;
          for (const { at, message } of new Linter(linked, policy).lint(current)) {
            assert.ok(at.start >= 0 && at.end <= text.length && at.start <= at.end, message);
            assert.ok(!current.isBroken(at), message);
          }
        }
        project.document(file);
        if (round % 10 === 0) project.snapshot(0);
      }
      assert.ok(unbroken > 20, 'some must stay whole');
    } finally {
      remove();
    }
  });

  it('read the same whether they were typed step by step or opened at once', async () => {
    const python = await parser();
    const random = new Random(7);
    const document = python.open(source);
    let text = source;
    const edit = (start: number, end: number, piece: string): void => {
      document.edit([{ start, end, text: piece }]);
      text = text.slice(0, start) + piece + text.slice(end);
      compared++;
      if (document.module.broken.length === 0) whole++;
      assert.deepEqual(plain(document.module), plain(python.parse(text)), text);
    };
    let compared = 0;
    let whole = 0;
    for (let round = 0; round < 200; round++) {
      const lines = text.split('\n');
      const row = random.below(lines.length);
      const at = lines.slice(0, row).join('\n').length + (row ? 1 : 0);
      const line = lines[row]! + '\n';
      switch (random.below(4)) {
        case 0: edit(at, at, '# noqa\n\n'); break;
        case 1: edit(at, at, 'check.delay(1)\n'); break;
        case 2:
          // A line is taken out and typed again, letter by letter.
          edit(at, Math.min(at + line.length, text.length), '');
          for (let index = 0; index < line.length; index++) edit(at + index, at + index, line[index]!);
          break;
        default: edit(0, text.length, mutilate(random)); edit(0, text.length, source);
      }
      if (text.length > 2 * source.length) edit(0, text.length, source);
    }
    assert.ok(compared > 1000 && whole > compared / 10, `${whole} whole of ${compared}`);
    document.dispose();
  });

  it('read a statement as one that stood within a broken one before', async () => {
    const python = await parser();
    const broken = 'e={:e,i:check.delay(1)[l(r,k(y';
    const document = python.open(broken);
    assert.ok(document.module.broken.length);
    document.edit([{ start: 0, end: broken.length, text: 'check.delay(1)' }]);
    assert.deepEqual(plain(document.module), plain(python.parse('check.delay(1)')));
    document.dispose();
  });

  it('read what is nested too deeply as broken, for as long as it is', async () => {
    const python = await parser();
    const [sound, deep] = ['check.delay(1)\n', `x = ${'['.repeat(1000)}${']'.repeat(1000)}\n`];
    const document = python.open(sound);
    for (const text of [sound + deep, `${sound}y = 1\n${deep}`, `${sound}y = 1\n`]) {
      document.edit([{ start: 0, end: document.text.length, text }]);
      assert.deepEqual(plain(document.module), plain(python.parse(text)));
      assert.equal(document.module.body[0]!.kind, 'Expr');
      assert.deepEqual(document.module.broken, text.includes(deep) ? [{ start: text.indexOf(deep), end: text.length - 1 }] : []);
    }
    document.dispose();
  });

  it('mean the same whether they were typed step by step or opened at once', async () => {
    const [apart, tasks] = source.split(/(?=@shared_task)/) as [string, string];
    const helped = `from celery import shared_task, chain, group
from app import charge


@shared_task(bind=True, max_retries=3)
def settle(self, order_id):
    try:
        charge.delay(order_id)
    except Exception:
        raise self.retry(countdown=5)


@shared_task(name='orders.check', default_retry_delay=5)
def verify(order_id):
    self.retry()


${tasks}`;
    const { root, project, remove } = await workspace({ 'app.py': apart, 'tasks.py': helped });
    try {
      const file = path.join(root, 'tasks.py');
      const policy = new LintPolicy({ options: defaultOptions, directory: root, mistakes: [] });
      const { href } = pathToFileURL(file);
      const findings = (of: Project): unknown => new Linter(of.linked, policy).lint(of.file(file)!).map(({ rule, at, message, severity, fixes }) => ({ code: rule.code, at, message, severity, fixes }));
      const random = new Random(11);
      const seen = new Set<string>();
      let text = helped;
      project.openDocument(file, href, text);
      findings(project);
      const edit = async (start: number, end: number, piece: string, compared: boolean): Promise<void> => {
        project.changeDocument(file, [{ start, end, text: piece }]);
        text = text.slice(0, start) + piece + text.slice(end);
        findings(project);
        if (!compared) return;
        project.settle();
        const fresh = new Project(await parser());
        await fresh.open([root]);
        fresh.openDocument(file, href, text);
        const found = findings(project);
        seen.add(JSON.stringify(found));
        assert.deepEqual(found, findings(fresh), text);
        fresh.closeDocument(file);
      };
      for (let round = 0; round < 40; round++) {
        const lines = text.split('\n');
        const row = random.below(lines.length - 1);
        const at = lines.slice(0, row).join('\n').length + (row ? 1 : 0);
        const line = `${lines[row]!}\n`;
        await edit(at, at + line.length, '', true);
        for (let index = 0; index < line.length; index++) await edit(at + index, at + index, line[index]!, index === line.length - 1 || random.below(12) === 0);
      }
      assert.ok(seen.size > 20, `${seen.size} different states`);
    } finally {
      remove();
    }
  });

  function plain({ parenthesized, ...module }: Module): unknown {
    return { ...module, parenthesized: [...parenthesized].map(([{ kind, start, end }, outer]) => ({ kind, start, end, outer })) };
  }

  function mutilate(random: Random): string {
    switch (random.below(4)) {
      case 0: return source.slice(0, random.below(source.length));
      case 1: {
        let text = source;
        for (let count = random.below(8); count >= 0; count--) {
          const at = random.below(text.length);
          text = text.slice(0, at) + text.slice(at + 1 + random.below(3));
        }
        return text;
      }
      case 2: {
        let text = source;
        for (let count = random.below(4); count >= 0; count--) {
          const at = random.below(text.length);
          text = text.slice(0, at) + random.pick(typed) + text.slice(at);
        }
        return text;
      }
      default: {
        const lines = source.split('\n');
        const at = random.below(lines.length);
        const line = lines[at]!;
        lines[at] = line.slice(0, random.below(line.length + 1));
        if (random.below(2)) lines.splice(random.below(lines.length), 1 + random.below(4));
        return lines.join('\n');
      }
    }
  }

  /** Every node lies within its parent. */
  function check(node: AnyNode, start: number, end: number): void {
    const own = 'comments' in node ? { start, end } : node;
    assert.ok(own.start >= start && own.end <= end && own.start <= own.end, `${'kind' in node ? node.kind : 'part'} ${own.start}-${own.end} in ${start}-${end}`);
    eachChild(node, child => check(child, own.start, own.end));
  }
});
