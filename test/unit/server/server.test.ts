import assert from 'node:assert/strict';
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter, StreamMessageReader, StreamMessageWriter, type MessageConnection } from 'vscode-jsonrpc/node';
import type { CodeAction, Diagnostic } from 'vscode-languageserver/node';
import type { ServerRequests } from '../../../src/shared/serverProtocol';
import { directory, write } from '../source/workspace';

const program = path.join(process.env.REPOSITORY!, 'dist/server.js');

/** A client of the built server, over the transport that VS Code or another editor uses. */
class Client {
  readonly revisions: number[] = [];
  watched: unknown[] = [];
  #waiting: (() => void)[] = [];
  #publishing: { uri: string; resolve: (diagnostics: Diagnostic[]) => void }[] = [];

  private constructor(readonly process: ChildProcess, readonly connection: MessageConnection) {
    connection.onNotification('celery/projectChanged', ({ revision }: { revision: number }) => {
      this.revisions.push(revision);
      for (const wake of this.#waiting.splice(0)) wake();
    });
    connection.onNotification('textDocument/publishDiagnostics', ({ uri, diagnostics }: { uri: string; diagnostics: Diagnostic[] }) => {
      const waiting = this.#publishing.filter(wanted => wanted.uri === uri);
      this.#publishing = this.#publishing.filter(wanted => wanted.uri !== uri);
      for (const { resolve } of waiting) resolve(diagnostics);
    });
    connection.onRequest('client/registerCapability', ({ registrations }: { registrations: unknown[] }) => void this.watched.push(...registrations));
    connection.listen();
  }

  static async start(root: string, transport: 'ipc' | 'stdio'): Promise<Client> {
    const child = transport === 'ipc' ? fork(program, ['--node-ipc'], { silent: true }) : spawn(process.execPath, [program, '--stdio'], { stdio: 'pipe' });
    const connection = transport === 'ipc'
      ? createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child))
      : createMessageConnection(new StreamMessageReader(child.stdout!), new StreamMessageWriter(child.stdin!));
    const client = new Client(child, connection);
    await connection.sendRequest('initialize', {
      processId: process.pid, rootUri: null, workspaceFolders: [{ uri: pathToFileURL(root).href, name: 'root' }],
      capabilities: { workspace: { didChangeWatchedFiles: { dynamicRegistration: true } } }, initializationOptions: { wasm: path.dirname(program) },
    });
    await connection.sendNotification('initialized', {});
    return client;
  }

  ask<Method extends keyof ServerRequests>(method: Method, parameters: ServerRequests[Method][0]): Promise<ServerRequests[Method][1]> {
    return this.connection.sendRequest(method, parameters);
  }

  changed(): Promise<void> {
    return new Promise(resolve => this.#waiting.push(resolve));
  }

  /** The next diagnostics that the server publishes for a file. */
  published(uri: string): Promise<Diagnostic[]> {
    return new Promise(resolve => this.#publishing.push({ uri, resolve }));
  }

  async indexed(): Promise<ServerRequests['celery/project'][1]> {
    for (;;) {
      const project = await this.ask('celery/project', null);
      if (!project.indexing) return project;
      await this.changed();
    }
  }

  async stop(): Promise<number | null> {
    const exited = new Promise<number | null>(resolve => this.process.once('exit', resolve));
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    const code = await exited;
    this.connection.dispose();
    return code;
  }
}

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
});
