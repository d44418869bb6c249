import assert from 'node:assert/strict';
import { chmodSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CodeAction } from 'vscode-languageserver/node';
import { unprivileged } from '../../harness/unprivileged';
import { directory, write } from '../source/workspace';
import { Client } from './client';

describe('the language server', () => {
  const source = 'from celery import Celery\napp = Celery("shop")\n\n@app.task\ndef add(x, y):\n    """Adds."""\n';
  let root = '';
  beforeEach(() => { root = directory({ 'shop.py': source, '.venv/pyvenv.cfg': '', '.venv/lib/other.py': source }); });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  for (const transport of ['ipc', 'stdio'] as const) {
    it(`answers for a project over ${transport}`, async () => {
      const client = await Client.start(root, transport);
      try {
        const { tasks, apps, usesCelery } = await client.indexed();
        assert.deepEqual(tasks.map(({ identity, sample, summary }) => [identity, sample.text, summary]), [[{ environment: 'local', app: 'shop:app', name: 'shop.add' }, 'add(2, 3)', 'Adds.']]);
        assert.deepEqual(apps.map(app => [app.app, app.root]), [['shop:app', root]]);
        assert.equal(usesCelery, true);
        assert.equal(await client.stop(), 0);
      } finally {
        client.process.kill('SIGKILL');
      }
    });
  }

  it('reads what it may of a folder, and what becomes readable', async () => {
    const somebody = unprivileged();
    write(root, { 'closed/more.py': source, 'secret.py': source });
    somebody.give(root);
    const closed = path.join(root, 'closed');
    const secret = path.join(root, 'secret.py');
    for (const file of [closed, secret]) chmodSync(file, 0);
    const client = await Client.start(root, 'stdio', somebody);
    try {
      assert.deepEqual((await client.indexed()).tasks.map(({ identity }) => identity.name), ['shop.add']);
      chmodSync(secret, 0o644);
      await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: pathToFileURL(secret).href, type: 2 }, { uri: pathToFileURL(path.join(closed, 'more.py')).href, type: 1 }] });
      assert.deepEqual((await client.indexed()).tasks.map(({ identity }) => identity.name).sort(), ['secret.add', 'shop.add']);
      assert.equal(await client.stop(), 0);
    } finally {
      client.process.kill('SIGKILL');
      chmodSync(closed, 0o755);
      somebody.remove();
    }
  });

  it('lints for the Celery that the interpreter has', async () => {
    const client = await Client.start(root, 'ipc');
    try {
      await client.indexed();
      const uri = pathToFileURL(path.join(root, 'shop.py')).href;
      const newest = client.published(uri);
      await client.connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'python', version: 1, text: source.replace('@app.task', "@app.task(queue='mail')") } });
      assert.deepEqual((await newest).map(({ code }) => code), ['CEL315']);
      const older = client.published(uri);
      await client.connection.sendNotification('celery/runtime', { registered: null, celery: '5.6.3', kombu: '5.6.2', interpreter: null });
      assert.deepEqual(await older, []);
    } finally {
      client.process.kill('SIGKILL');
    }
  });

  it('knows unsaved text, edits, calls, and files that change on disk', async () => {
    const client = await Client.start(root, 'ipc');
    try {
      await client.indexed();
      const uri = pathToFileURL(path.join(root, 'shop.py')).href;
      await client.connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'python', version: 1, text: source } });
      await client.connection.sendNotification('textDocument/didChange', {
        textDocument: { uri, version: 2 },
        contentChanges: [{ range: { start: { line: 4, character: 4 }, end: { line: 4, character: 7 } }, text: 'plus' }, { range: { start: { line: 4, character: 9 }, end: { line: 4, character: 10 } }, text: 'é😀' }, { range: { start: { line: 4, character: 9 }, end: { line: 4, character: 12 } }, text: 'n' }],
      });
      const { tasks } = await client.ask('celery/document', { uri });
      assert.deepEqual(tasks.map(({ identity, nameRange, parameters }) => [identity.name, nameRange, parameters?.map(({ name }) => name)]), [['shop.plus', { start: { line: 4, character: 4 }, end: { line: 4, character: 8 } }, ['n', 'y']]]);
      assert.deepEqual(await client.ask('celery/checkCall', { name: 'shop.plus', text: 'plus(1, 2), countdown=5' }), []);
      assert.deepEqual(await client.ask('celery/checkCall', { name: 'shop.plus', text: 'plus(1, z=2)' }), [
        { start: 8, end: 9, severity: 'error', message: 'There is no parameter z' },
        { start: 4, end: 12, severity: 'error', message: 'Missing: y' },
      ]);

      const changed = client.changed();
      write(root, { 'more.py': 'from celery import shared_task\n@shared_task\ndef other(): ...' });
      await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: pathToFileURL(path.join(root, 'more.py')).href, type: 1 }] });
      await changed;
      assert.deepEqual((await client.ask('celery/project', null)).tasks.map(({ identity }) => identity.name), ['more.other', 'shop.plus']);
      assert.ok(client.watched.length > 0, 'the server asks to be told of changed files');
    } finally {
      client.process.kill('SIGKILL');
    }
  });
});

describe('diagnostics of the language server', () => {
  const source = 'from celery import shared_task\n@shared_task\ndef add(x, y): ...\nadd.delay(1, 2, countdown=5)\nadd.delay(1, 2, queue="x")\n';
  let root = '';
  beforeEach(() => { root = directory({ 'tasks.py': source }); });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('come for the whole workspace, follow what is typed, and bring fixes', async () => {
    const client = await Client.start(root, 'ipc');
    try {
      const uri = pathToFileURL(path.join(root, 'tasks.py')).href;
      const published = client.published(uri);
      assert.deepEqual((await published).map(({ code, range, source: from }) => [code, range.start.line, from]), [['CEL102', 3, 'celery'], ['CEL102', 4, 'celery']]);

      const actions = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', { textDocument: { uri }, range: { start: { line: 3, character: 20 }, end: { line: 3, character: 20 } }, context: { diagnostics: [] } });
      assert.deepEqual(actions.map(({ title, kind }) => [title, kind]), [
        ['Pass countdown as an option', 'quickfix'],
        ['Fix all 2 of CEL102 (exec-option-in-delay) in this file', 'quickfix'],
        ['Ignore CEL102 (exec-option-in-delay) here', 'quickfix'],
        ['Fix all Celery problems in this file', 'source.fixAll.celery'],
      ]);
      assert.deepEqual(actions[2]!.edit, { documentChanges: [{ textDocument: { uri, version: null }, edits: [{ range: { start: { line: 3, character: 28 }, end: { line: 3, character: 28 } }, newText: '  # celery: ignore[CEL102]' }] }] });

      const changed = client.published(uri);
      await client.connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'python', version: 1, text: source } });
      await client.connection.sendNotification('textDocument/didChange', { textDocument: { uri, version: 2 }, contentChanges: [{ range: { start: { line: 3, character: 28 }, end: { line: 3, character: 28 } }, text: '  # noqa: CEL102' }] });
      assert.deepEqual((await changed).map(({ range }) => range.start.line), [4]);
    } finally {
      client.process.kill('SIGKILL');
    }
  });

  it('strike through what a coming Celery will not read', async () => {
    const deprecated = directory({ 'tasks.py': "from celery import shared_task\n@shared_task(queue='mail')\ndef send(self): ...\n" });
    const client = await Client.start(deprecated, 'ipc');
    try {
      const published = await client.published(pathToFileURL(path.join(deprecated, 'tasks.py')).href);
      assert.deepEqual(published.map(({ code, severity, tags }) => [code, severity, tags]), [['CEL315', 4, [2]], ['CEL302', 1, undefined]]);
    } finally {
      client.process.kill('SIGKILL');
      rmSync(deprecated, { recursive: true, force: true });
    }
  });
});
