import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, unlinkSync } from 'node:fs';
import { createConnection } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentClient } from '../../../src/host/agentClient/agentClient';
import { freePort } from '../../../scripts/lib/samples.mjs';
import { until } from '../../harness/until';
import { AgentBench, run, seen, succeeded } from './parts';

/** A task that neither ends nor lets itself be ended. */
const STUBBORN = `
import os, pathlib, signal, time
from shop.celery_app import app

@app.task
def busy(number):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    pathlib.Path(__file__).with_name(f'busy-{number}').write_text(str(os.getpid()))
    while True:
        time.sleep(0.01)

@app.task
def add(x, y):
    return x + y
`;

describe('killed with SIGKILL', function () {
  this.timeout(120_000);
  let bench: AgentBench;
  let one: AgentClient;
  let two: AgentClient;

  /** Two windows, Beat, and a worker whose four children are all busy. */
  beforeEach(async () => {
    bench = await AgentBench.open({ files: { 'shop/tasks.py': STUBBORN }, settings: { concurrency: 4, queues: ['celery'] } });
    [one, two] = [await bench.window(), await bench.window()];
    await one.request('service/start', { id: 'beat', consent: { install: true } });
    await Promise.all([0, 1, 2, 3].map(number => run(one, 'shop.tasks.busy', `busy(${number})`)));
    await until('all four are busy', () => [0, 1, 2, 3].every(number => existsSync(path.join(bench.folder, `shop/busy-${number}`))));
  });
  afterEach(() => bench.close());

  const running = (command: RegExp): number => {
    const found = bench.processes(command);
    assert.equal(found.length, 1, JSON.stringify(bench.processes()));
    return found[0]!.pid;
  };
  const agent = (): number => running(/agent\.js/);
  const service = (client: AgentClient, id: 'broker' | 'worker' | 'beat'): { state: string; pid: number | null } => client.projection.services[id]!;
  /** Processes that are there still, known by their start as well as by their id. */
  const left = (before: readonly Known[]): readonly Known[] => before.filter(({ pid, start }) => known(pid)?.start === start);
  const everything = (): Known[] => [...bench.processes(), { pid: service(one, 'broker').pid! }].map(({ pid }) => known(pid)).filter(found => found !== null);
  const gone = async (before: readonly Known[], seconds: number): Promise<void> => {
    await until(`nothing of it is left: ${JSON.stringify(before)}`, () => left(before).length === 0 || Promise.reject(new Error(JSON.stringify(left(before)))), seconds);
  };
  const idle = (): void => [0, 1, 2, 3].forEach(number => unlinkSync(path.join(bench.folder, `shop/busy-${number}`)));

  it('the agent leaves nothing for longer than 10 s; the windows go on with another', async () => {
    const before = everything();
    assert.ok(before.length >= 1 + 2 * 4 + 4, `agent, helper, broker, Beat and worker with a watcher each, four children: ${before.length}`);
    const old = agent();
    process.kill(old, 'SIGKILL');
    await gone(before, 10);
    await until('both windows have the same new agent', () => one.state.kind === 'ready' && two.state.kind === 'ready' && bench.processes(/agent\.js/).length === 1 && agent() !== old);
    const { id } = await run(two, 'shop.tasks.add', 'add(2, 3)');
    assert.equal((await seen(one, id, succeeded)).outcome, '5');
  });

  it('a worker takes its busy children along, and the next run has a new one', async () => {
    const worker = service(one, 'worker').pid!;
    const children = [0, 1, 2, 3].map(number => known(Number(readFileSync(path.join(bench.folder, `shop/busy-${number}`), 'utf8')))!);
    assert.equal(left(children).length, 4);
    process.kill(worker, 'SIGKILL');
    await gone(children, 10);
    await until('both windows are told', () => [one, two].every(client => service(client, 'worker').state === 'failed'));
    assert.match(one.projection.services['worker']!.problem!.message, /was ended by SIGKILL/);
    assert.equal(service(one, 'broker').state, 'running');
    idle();
    const { id } = await run(two, 'shop.tasks.add', 'add(2, 3)');
    await seen(one, id, succeeded);
  });

  it('a broker loses what was not through, and the next run has a new one', async () => {
    process.kill(service(one, 'broker').pid!, 'SIGKILL');
    await until('the busy runs are lost', () => Object.values(one.projection.runs).filter(({ state }) => state === 'LOST').length === 4);
    assert.equal(service(two, 'broker').state, 'failed');
    await one.request('service/stop', { id: 'worker', force: true });
    const { id } = await run(two, 'shop.tasks.add', 'add(2, 3)');
    await seen(one, id, succeeded);
  });

  it('a helper is missed by nobody', async () => {
    process.kill(running(/^(?!.*guard\.py).*helper\.py/), 'SIGKILL');
    await one.request('service/stop', { id: 'worker', force: true });
    const { id } = await run(two, 'shop.tasks.add', 'add(2, 3)');
    await seen(one, id, succeeded);
  });

  it('the last window takes everything along within 30 s, busy or not', async () => {
    const before = everything();
    one.dispose();
    await sleep(3_000);
    assert.equal(left(before).length, before.length, 'the second window is still there');
    two.dispose();
    const closed = Date.now();
    await sleep(3_000);
    assert.equal(left(before).length, before.length, 'a reload takes a moment');
    const again = await bench.window();
    assert.equal(service(again, 'worker').state, 'running');
    assert.equal(Object.values(again.projection.runs).filter(({ identity }) => identity.name === 'shop.tasks.busy').length, 4, 'a reload loses no run');
    assert.equal(left(before).length, before.length);
    again.dispose();
    await gone(before, 30);
    assert.deepEqual(bench.processes(), []);
    assert.ok(Date.now() - closed > 15_000, 'the lease is what ended it');
  });
});

describe('on a broker that stays', function () {
  this.timeout(120_000);

  it('at most one reply binding of ours is left, and used again', async () => {
    const port = await freePort();
    const redis: ChildProcess = spawn('redis-server', ['--port', String(port), '--save', '', '--appendonly', 'no'], { stdio: 'ignore' });
    const bench = await AgentBench.open({ files: { 'proj.py': `from celery import Celery\napp = Celery(broker='redis://localhost:${port}/0', backend='redis://localhost:${port}/0')\n\n@app.task\ndef add(x, y):\n    return x + y\n` }, settings: { app: 'proj:app', queues: [] } });
    try {
      const bindings = async (): Promise<string[]> => (await ask(port, 'SMEMBERS', '_kombu.binding.reply.celery.pidbox')).filter(line => line.includes('reply'));
      const window = await bench.window();
      await until('Redis answers', async () => (await ask(port, 'PING')).includes('+PONG'));
      await seen(window, (await run(window, 'proj.add', 'add(2, 3)', { consent: { foreign: true } })).id, succeeded);
      const before = await bindings();
      for (let times = 0; times < 2; times++) {
        const { pid } = bench.processes(/agent\.js/)[0]!;
        process.kill(pid, 'SIGKILL');
        // Right after it the window may not know of it yet.
        await until('there is another agent', () => {
          const [other, ...more] = bench.processes(/agent\.js/);
          return window.state.kind === 'ready' && other !== undefined && other.pid !== pid && !more.length;
        });
        await seen(window, (await run(window, 'proj.add', 'add(2, 3)', { consent: { foreign: true } })).id, succeeded);
      }
      const after = await bindings();
      assert.equal(after.length, 1, after.join());
      assert.deepEqual(after, before);
    } finally {
      bench.close();
      redis.kill('SIGKILL');
    }
  });
});

interface Known {
  readonly pid: number;
  /** Ticks since the machine started: with the id it names one process for ever. */
  readonly start: string;
  readonly command: string;
}

function known(pid: number): Known | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\)/s, '').trim().split(' ');
    if (fields[0] === 'Z') return null;
    return { pid, start: fields[19]!, command: readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').slice(0, 120) };
  } catch {
    return null;
  }
}

/** Lines that Redis answers. */
function ask(port: number, ...command: readonly string[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    let answer = '';
    socket.on('error', reject).on('data', (bytes: Buffer) => (answer += bytes.toString())).on('close', () => resolve(answer.split('\r\n')));
    socket.end(`${command.join(' ')}\r\nQUIT\r\n`);
  });
}
