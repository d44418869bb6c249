import { fork, spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter, StreamMessageReader, StreamMessageWriter, type MessageConnection } from 'vscode-jsonrpc/node';
import type { Diagnostic } from 'vscode-languageserver/node';
import type { ServerRequests } from '../../../src/shared/serverProtocol';
import type { Unprivileged } from '../../harness/unprivileged';

const program = path.join(process.env.REPOSITORY!, 'dist/server.js');

/** A client of the built server, over the transport that VS Code or another editor uses. */
export class Client {
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

  static async start(root: string | readonly string[], transport: 'ipc' | 'stdio', somebody?: Pick<Unprivileged, 'dist' | 'user'>): Promise<Client> {
    const main = somebody ? path.join(somebody.dist, 'server.js') : program;
    const child = transport === 'ipc' ? fork(main, ['--node-ipc'], { silent: true }) : spawn(process.execPath, [main, '--stdio'], { stdio: 'pipe', ...somebody?.user });
    const connection = transport === 'ipc'
      ? createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child))
      : createMessageConnection(new StreamMessageReader(child.stdout!), new StreamMessageWriter(child.stdin!));
    const client = new Client(child, connection);
    await connection.sendRequest('initialize', {
      processId: process.pid, rootUri: null, workspaceFolders: [root].flat().map(folder => ({ uri: pathToFileURL(folder).href, name: path.basename(folder) })),
      capabilities: { workspace: { didChangeWatchedFiles: { dynamicRegistration: true } } }, initializationOptions: { wasm: path.dirname(main) },
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
