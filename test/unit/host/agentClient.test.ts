import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createMessageConnection, ResponseError, SocketMessageReader, SocketMessageWriter, type MessageConnection } from 'vscode-jsonrpc/node';
import { AGENT_PROTOCOL, type Patch, type ProjectSettings, type Snapshot } from '../../../src/shared/agentProtocol';
import { problem, ProblemError } from '../../../src/shared/problem';
import { AgentClient, type AgentState } from '../../../src/host/agentClient/agentClient';
import { EMPTY_PROJECTION } from '../../../src/host/agentClient/projection';
import { makeRun, makeService } from './builders';

const settings: ProjectSettings = { folder: '/shop', app: 'shop:app', directory: '/shop', python: null, envFile: null, env: {}, queues: [], onlyQueues: [], pool: null, concurrency: null, logLevel: 'INFO', brokerHint: null };

/** The other end of the socket, in this process: it answers as the agent's contract says. */
class Peer {
  readonly connections: MessageConnection[] = [];
  readonly sockets: Socket[] = [];
  readonly asked: { method: string; params: unknown }[] = [];
  snapshot: Snapshot = { revision: 1, projection: { ...EMPTY_PROJECTION, services: { worker: makeService({ kind: 'worker' }) } } };
  private readonly server: Server;

  constructor(address: string) {
    this.server = createServer(socket => {
      const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
      connection.onRequest((method: string, params: unknown) => {
        this.asked.push({ method, params: Array.isArray(params) ? params[0] as unknown : params });
        if (method === 'session/open') return this.snapshot;
        if (method === 'run/details') return new ResponseError(-32000, 'no', problem('task-unknown', 'There is no such task', { advice: 'Look again' }));
        if (method === 'app/describe') throw new Error('redis://:secret@host is down');
        return null;
      });
      connection.listen();
      this.sockets.push(socket);
      this.connections.push(connection);
    }).listen(address);
  }

  async patch(patch: Patch): Promise<void> {
    for (const connection of this.connections) await connection.sendNotification('state/patch', patch);
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }
}

describe('client of the agent', () => {
  let directory: string;
  let address: string;
  let peer: Peer;
  let client: AgentClient;
  let trusted: boolean;
  const states: AgentState['kind'][] = [];
  const make = (script = path.join(directory, 'missing.js')): AgentClient => {
    const made = new AgentClient({ script, key: 'key', address: () => address, storage: { global: directory, workspace: directory }, logFile: path.join(directory, 'agent.log'), trusted: () => trusted, log: { info: () => undefined, warn: () => undefined } });
    made.onDidChangeState(({ kind }) => states.push(kind));
    return made;
  };
  const changed = (): Promise<void> => new Promise(resolve => {
    const listening = client.onDidChange(() => {
      listening.dispose();
      resolve();
    });
  });

  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'cw-'));
    address = process.platform === 'win32' ? `\\\\.\\pipe\\${path.basename(directory)}` : path.join(directory, 's');
    peer = new Peer(address);
    trusted = true;
    states.length = 0;
    client = make();
  });
  afterEach(() => {
    client.dispose();
    peer.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('joins an agent that is alive, tells it the project, and shows its snapshot', async () => {
    client.configure(settings);
    assert.equal(await client.join(), true);
    assert.equal(client.state.kind, 'ready');
    assert.deepEqual(client.projection, peer.snapshot.projection);
    await client.request('run/clear', null);
    assert.deepEqual(peer.asked.map(({ method }) => method), ['session/open', 'project/configure', 'run/clear']);
    assert.deepEqual(peer.asked[0]!.params, { protocol: AGENT_PROTOCOL, storage: { global: directory, workspace: directory }, trusted: true });
    assert.deepEqual(peer.asked[1]!.params, settings);
  });

  it('shares one session among all who ask at once', async () => {
    await Promise.all([client.open(), client.open(), client.join(), client.request('run/clear', null)]);
    assert.equal(peer.asked.filter(({ method }) => method === 'session/open').length, 1);
  });

  it('applies patches, and says which keys they changed', async () => {
    await client.open();
    const change = new Promise(resolve => client.onDidChange(resolve));
    await peer.patch({ revision: 2, changes: { runs: { a: makeRun({ id: 'a' }) }, facts: { app: null } } });
    assert.deepEqual(await change, { runs: new Set(['a']), facts: new Set(['app']) });
    assert.deepEqual(Object.keys(client.projection.runs), ['a']);
    assert.equal(client.projection.facts.app, null);
    const again = changed();
    await peer.patch({ revision: 3, changes: { runs: { a: null }, services: { worker: makeService({ kind: 'worker', state: 'running' }) } } });
    await again;
    assert.deepEqual(client.projection.runs, {});
    assert.equal(client.projection.services['worker']?.state, 'running');
  });

  it('takes a new snapshot after a gap, and ignores what is older', async () => {
    await client.open();
    peer.snapshot = { revision: 7, projection: { ...EMPTY_PROJECTION, runs: { b: makeRun({ id: 'b' }) } } };
    const replaced = changed();
    await peer.patch({ revision: 5, changes: { runs: { c: makeRun({ id: 'c' }) } } });
    await replaced;
    assert.deepEqual(Object.keys(client.projection.runs), ['b']);
    await peer.patch({ revision: 6, changes: { runs: { old: makeRun({ id: 'old' }) } } });
    const next = changed();
    await peer.patch({ revision: 8, changes: { runs: { d: makeRun({ id: 'd' }) } } });
    await next;
    assert.deepEqual(Object.keys(client.projection.runs), ['b', 'd']);
  });

  it('passes on the problem that the agent answers with', async () => {
    await assert.rejects(client.request('run/details', { id: 'x' }), (error: unknown) => {
      assert.ok(error instanceof ProblemError);
      assert.deepEqual(error.problem, problem('task-unknown', 'There is no such task', { advice: 'Look again' }));
      return true;
    });
  });

  it('makes a problem of any other error, without its secrets', async () => {
    await assert.rejects(client.request('app/describe', null), (error: unknown) => error instanceof ProblemError && error.problem.reason === 'internal' && !error.message.includes('secret'));
  });

  it('never connects in a folder that is not trusted', async () => {
    trusted = false;
    assert.equal(await client.join(), false);
    await assert.rejects(client.open(), (error: unknown) => error instanceof ProblemError && error.problem.reason === 'untrusted');
    assert.deepEqual(peer.sockets, []);
  });

  it('connects again when the connection is lost, and is empty meanwhile', async () => {
    client.configure(settings);
    await client.request('run/clear', null);
    const ready = new Promise<void>(resolve => client.onDidChangeState(({ kind }) => kind === 'ready' && resolve()));
    const emptied = changed();
    peer.sockets[0]!.destroy();
    await emptied;
    assert.deepEqual(client.projection, EMPTY_PROJECTION);
    await ready;
    await client.request('run/clear', null);
    assert.deepEqual(states, ['connecting', 'ready', 'connecting', 'ready']);
    assert.equal(peer.asked.filter(({ method }) => method === 'project/configure').length, 2);
  });

  it('gives up when the agent ends again and again, until it is asked once more', async () => {
    await client.open();
    for (let death = 0; death < 4; death++) {
      const settled = new Promise<void>(resolve => client.onDidChangeState(({ kind }) => kind !== 'connecting' && resolve()));
      peer.sockets.at(-1)!.destroy();
      await settled;
    }
    assert.equal(client.state.kind, 'failed');
    await client.open();
    assert.equal(client.state.kind, 'ready');
  });

  it('starts another agent where the one that accepts ends before it answers', async () => {
    peer.close();
    const dying = createServer(socket => { dying.close(); socket.destroy(); }).listen(address);
    const script = path.join(directory, 'agent.js');
    writeFileSync(script, `require('net').createServer(socket => socket.on('data', () => {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 0, result: { revision: 1, projection: ${JSON.stringify(EMPTY_PROJECTION)} } });
      socket.write('Content-Length: ' + body.length + '\\r\\n\\r\\n' + body);
    })).listen(process.argv[2]); setTimeout(() => process.exit(), 5000);`);
    client = make(script);
    await client.open();
    assert.equal(client.state.kind, 'ready');
  });

  it('tells why an agent cannot be started, with what it wrote', async () => {
    peer.close();
    await assert.rejects(make().open(), (error: unknown) => {
      assert.ok(error instanceof ProblemError);
      assert.equal(error.problem.reason, 'exited');
      assert.match(error.problem.log.join('\n'), /missing\.js/);
      return true;
    });
  }).timeout(20_000);

  it('does not connect again once it is disposed', async () => {
    await client.open();
    client.dispose();
    await new Promise(resolve => setTimeout(resolve, 100));
    assert.equal(peer.sockets.length, 1);
  });
});
