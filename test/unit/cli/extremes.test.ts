import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { defaultOptions, LintPolicy } from '../../../src/source/lint/config';
import { Linter } from '../../../src/source/lint/engine';
import { Fixer } from '../../../src/cli/fixer';
import { directory, withWorkspace, write } from '../source/workspace';
import { runProgram } from './program';

const task = 'from celery import shared_task, chain\n\n@shared_task(ignore_results=True)\ndef add(x, y):\n    return x + y\n\n';
const before = `${task}add.delay(1, 2, 3)\n`;
const found = ['3 CEL301', '7 CEL101'];
const nested = (count: number, open: string, inner: string, close = ''): string => open.repeat(count) + inner + close.repeat(count);
const series = (count: number, line: (index: number) => string): string => Array.from({ length: count }, (_, index) => line(index)).join('');

/** Nobody writes this, programs do. Whatever comes after the first mistakes, these are found. */
const texts: Readonly<Record<string, string | Buffer>> = {
  'a line of a megabyte': `${before}x = [${'1, '.repeat(330_000)}]\n`,
  'a text of a megabyte': `${before}x = '${'a'.repeat(1_000_000)}'\n`,
  'a name of a megabyte': `${before}${'x'.repeat(1_000_000)} = add\n`,
  'open brackets, 5,000 deep': `${before}x = ${'('.repeat(5000)}\n`,
  'lists, 5,000 deep': `${before}x = ${nested(5000, '[', '1', ']')}\n`,
  'lists as an argument, 5,000 deep': `${before}add.delay(${nested(5000, '[', '1', ']')}, 2)\n`,
  'dicts, 5,000 deep': `${before}x = ${nested(5000, "{'a': ", '1', '}')}\n`,
  'calls, 5,000 deep': `${before}${nested(5000, 'chain(', 'add.s(1)', ')')}\n`,
  'calls of what calls give, 5,000': `${before}x = add${'.s(1)'.repeat(5000)}\n`,
  'sums of 50,000': `${before}x = 1${' + 1'.repeat(50_000)}\n`,
  'signatures piped 5,000 times': `${before}x = add.s(1)${' | add.s(1)'.repeat(5000)}\n`,
  'comprehensions, 5,000 deep': `${before}x = ${nested(5000, '[', '1', ' for a in b]')}\n`,
  'conditions, 5,000 deep': `${before}x = ${nested(5000, '1 if a else ', '2')}\n`,
  'lambdas, 5,000 deep': `${before}x = ${nested(5000, 'lambda: ', 'not 1')}\n`,
  'texts with values, 5,000 deep': `${before}x = ${nested(5000, "f'{", '1', "}'")}\n`,
  'patterns, 5,000 deep': `${before}match x:\n    case ${nested(5000, '[', '1', ']')}: pass\n`,
  'targets, 5,000 deep': `${before}${nested(5000, '[', 'a', ']')} = x\n`,
  'blocks, 1,000 deep': `${before}${series(1000, index => `${' '.repeat(index)}if x:\n`)}${' '.repeat(1000)}pass\n`,
  '20,000 times elif': `${before}if x: pass\n${'elif x: pass\n'.repeat(20_000)}`,
  'functions that call one another, 3,000': `${before}${series(3000, index => `def f${index}(x): return f${index + 1}(x) + 1\n`)}def f3000(x): return 1\n@shared_task\ndef g(x): ...\ng.delay(f0(1))\n`,
  'values made of one another, 3,000': `${before}${series(3000, index => `a${index} = [a${index + 1}, a${index + 1}, a${index + 1}]\n`)}a3000 = 1\nadd.delay(a0, 1)\n`,
  'classes below one another, 3,000': `${before}class A0: pass\n${series(3000, index => `class A${index + 1}(A${index}): pass\n`)}@shared_task(autoretry_for=(A3000,))\ndef g(): ...\n`,
  'NUL': `${before}x = '\0'\n`,
  'bytes that are no text': Buffer.concat([Buffer.from(before), Buffer.from('# Gr\xf6\xdfe\n', 'latin1')]),
  'another encoding': Buffer.from(`# -*- coding: latin-1 -*-\n${before}x = 'Gr\xf6\xdfe'\n`, 'latin1'),
  'lines of Windows': before.replaceAll('\n', '\r\n'),
  'lines of old Macs': before.replaceAll('\n', '\r'),
  'a lone carriage return': before.replace(':\n', ':\r'),
  'form feeds': before.replaceAll('\n\n', '\n\f\n'),
};

describe('extreme files', function () {
  this.timeout(60_000);
  for (const [title, text] of Object.entries(texts)) {
    it(`${title} cost nothing of what is found before`, () => {
      const root = directory({});
      try {
        writeFileSync(path.join(root, 'tasks.py'), text);
        const { out, error } = runProgram(root, ['lint', '--format', 'json']);
        assert.equal(error, '');
        const lines = (JSON.parse(out) as { line: number; code: string }[]).map(({ line, code }) => `${line} ${code}`);
        const shift = /^# -\*-/.test(text.toString('latin1')) ? 1 : 0;
        const expected = found.map(one => one.replace(/^\d+/, line => String(Number(line) + shift)));
        assert.deepEqual(lines.filter(line => expected.includes(line)), expected, lines.slice(0, 20).join('\n'));
      } finally {
        rmSync(root, { recursive: true, force: true });
      }
    });
  }

  it('with 20,000 findings in one line have them all', () => {
    const root = directory({ 'tasks.py': `${task}${'add.delay(1, 2, 3);'.repeat(20_000)}\n` });
    try {
      assert.match(runProgram(root, ['lint', '--statistics']).out, /^20000 {2}CEL101 /);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });

  it('in UTF-16, which Python does not read either, are passed over', () => {
    const root = directory({ 'fine.py': before });
    try {
      writeFileSync(path.join(root, 'little.py'), Buffer.from(`\ufeff${before}`, 'utf16le'));
      writeFileSync(path.join(root, 'big.py'), Buffer.from(`\ufeff${before}`, 'utf16le').swap16());
      const { code, out, error } = runProgram(root, ['lint', '--statistics']);
      assert.deepEqual([code, out, error], [1, '    1  CEL101  arity-mismatch\n    1  CEL301  unknown-task-option\n', '']);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});

describe('files that change while they are looked at', () => {
  const wrong = task;
  for (const [what, change] of [
    ['another text', (root: string): void => write(root, { 'tasks.py': `# edited\n${wrong}` })],
    ['nothing any more', (root: string): void => rmSync(path.join(root, 'tasks.py'))],
  ] as const) {
    it(`are not fixed where there is ${what}`, () => withWorkspace({ 'tasks.py': wrong, 'more.py': wrong }, (project, root) => {
      const linter = new Linter(project.linked, new LintPolicy({ options: defaultOptions, directory: root, mistakes: [] }));
      const diagnoses = project.linked.files.flatMap(file => linter.lint(file));
      change(root);
      const fixer = new Fixer(project, null, file => path.basename(file));
      assert.equal(fixer.apply(diagnoses), 1);
      assert.deepEqual(fixer.problems, [what === 'another text' ? 'tasks.py is not fixed: it is not UTF-8, or it has changed meanwhile' : 'tasks.py is not fixed: no such file or directory']);
    }));
  }
});
