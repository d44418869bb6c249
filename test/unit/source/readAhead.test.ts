import assert from 'node:assert/strict';
import { Project } from '../../../src/source/project/project';
import type { PythonParser } from '../../../src/source/syntax/parser';
import { ReadAhead } from '../../../src/source/syntax/readAhead';
import { directory, parser } from './workspace';

/** Enough for a thread to pay: 100 texts of some 5,000 characters, each of its own, some with a mistake. */
const texts = Array.from({ length: 100 }, (_nothing, index) => `from celery import shared_task\n\n\n${Array.from({ length: 60 }, (_line, line) => `@shared_task(name='${index}.${line}')\ndef task_${line}(a, *, b=${line}):\n    return {'é': [a, b]}\n`).join('')}${index % 7 === 0 ? 'broken = (1,\ndef after(): ...\n' : ''}`);

/** The parser, with what this thread read by it. */
async function watched(thread?: string): Promise<{ parser: Pick<PythonParser, 'directory' | 'read' | 'build'>; own: string[] }> {
  const real = await parser();
  const own: string[] = [];
  return { own, parser: { directory: thread ?? real.directory, build: (text, reading) => real.build(text, reading), read: text => { own.push(text); return real.read(text); } } };
}

function ahead(given: Pick<PythonParser, 'directory' | 'read' | 'build'>): ReadAhead {
  const made = new ReadAhead(given);
  for (const [index, text] of texts.entries()) made.add(String(index), text);
  return made;
}

describe('reading ahead', () => {
  it('gives what parsing gives, and another thread has a part of the work', async () => {
    const { parser: given, own } = await watched();
    const reading = ahead(given);
    const modules = await reading.finish(() => false);
    reading.end();
    const real = await parser();
    assert.equal(modules.size, texts.length);
    for (const [index, text] of texts.entries()) assert.deepEqual(modules.get(String(index)), real.parse(text));
    assert.ok(own.length < texts.length, 'not all was read here');
  });

  for (const [what, files] of Object.entries({ 'fails': { 'readerThread.js': 'throw new Error("no");' }, 'ends': { 'readerThread.js': 'process.exit(0);' }, 'cannot be started': {} })) {
    it(`reads all here where the thread ${what}`, async () => {
      const { parser: given, own } = await watched(directory(files));
      const reading = ahead(given);
      assert.equal((await reading.finish(() => false)).size, texts.length);
      assert.equal(own.length, texts.length);
    });
  }

  it('starts nothing for a few files', async () => {
    const { parser: given, own } = await watched();
    const reading = new ReadAhead(given);
    reading.add('a', texts[0]!);
    assert.equal((await reading.finish(() => false)).size, 0);
    assert.deepEqual(own, []);
  });

  it('stops where it is cancelled', async () => {
    const { parser: given, own } = await watched();
    const reading = ahead(given);
    assert.ok((await reading.finish(() => own.length > 2)).size < texts.length);
    reading.end();
  });

  it('serves a project, whose files it parses before they are asked for', async () => {
    const root = directory(Object.fromEntries(texts.map((text, index) => [`module_${index}.py`, text])));
    const real = await parser();
    const project = new Project(real);
    await project.open([root]);
    const parsed: string[] = [];
    const parse = real.parse.bind(real);
    real.parse = text => { parsed.push(text); return parse(text); };
    try {
      assert.equal(project.snapshot().tasks.length, texts.length * 60);
    } finally {
      Reflect.deleteProperty(real, 'parse');
    }
    assert.deepEqual(parsed.filter(text => texts.includes(text)), []);
  });
});
