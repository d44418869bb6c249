import assert from 'node:assert/strict';
import { defaultOptions, LintPolicy } from '../../../src/source/lint/config';
import { Linter } from '../../../src/source/lint/engine';
import { withWorkspace } from './workspace';

/** Code that is nested as deep as it is told, in every way that Python nests. */
const shapes: Readonly<Record<string, (depth: number) => string>> = {
  'lists': depth => `x = ${'['.repeat(depth)}${']'.repeat(depth)}\n`,
  'sums': depth => `x = ${'y + '.repeat(depth)}y\n`,
  'chains': depth => `x = ${'known.si(1) | '.repeat(depth)}known.si(1)\n`,
  'conditions': depth => `x = ${'y and '.repeat(depth)}y\n`,
  'calls': depth => `x = ${'f('.repeat(depth)}${')'.repeat(depth)}\n`,
  'methods': depth => `x = y${'.s(1)'.repeat(depth)}\n`,
  'subscripts': depth => `x = y${'[0]'.repeat(depth)}\n`,
  'attributes': depth => `x = y${'.a'.repeat(depth)}\n`,
  'lambdas': depth => `x = ${'lambda: '.repeat(depth)}1\n`,
  'negations': depth => `x = ${'not '.repeat(depth)}1\n`,
  'choices': depth => `x = ${'1 if y else '.repeat(depth)}1\n`,
  'branches': depth => `def f():\n    if y:\n        pass\n${'    elif y:\n        known.delay(1)\n'.repeat(depth)}`,
  'blocks': depth => `${Array.from({ length: depth }, (_nothing, level) => `${' '.repeat(level)}if y:\n`).join('')}${' '.repeat(depth)}pass\n`,
  'functions': depth => `${Array.from({ length: depth }, (_nothing, level) => `${' '.repeat(level)}def f():\n`).join('')}${' '.repeat(depth)}pass\n`,
};

/** Python takes 100 levels of indentation, and the grammar counts no more than some hundred of them. */
const indented = new Set(['blocks', 'functions']);

describe('deep nesting', () => {
  for (const [name, shape] of Object.entries(shapes)) {
    it(`of ${name} costs no more than the statement that it is in`, async () => {
      for (const depth of indented.has(name) ? [100, 450] : [100, 450, 2_000]) {
        const text = `from celery import shared_task\n@shared_task\ndef known(x): pass\n${shape(depth)}\nknown.delay()\n`;
        await withWorkspace({ 'tasks.py': text }, (project, root) => {
          const { linked } = project;
          const found = linked.files.flatMap(file => new Linter(linked, new LintPolicy({ options: defaultOptions, directory: root, mistakes: [] })).lint(file));
          assert.deepEqual(found.filter(({ rule }) => rule.code === 'CEL101').map(({ at }) => text.slice(at.start, at.end)), ['delay'], `depth ${depth}`);
          assert.deepEqual(project.snapshot(0).tasks.map(({ identity }) => identity.name), ['tasks.known']);
        });
      }
    });
  }
});
