import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { startBroker, type StartedBroker } from '../../../src/live/process/brokers';
import { environment, eventually, guardOf, newMarker, pythonOf, survivors, temporaryFolder } from './parts';

const SHOP = `
import os, pathlib, signal, time
from celery import Celery
app = Celery("shop")
@app.task
def busy(number):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    pathlib.Path(__file__).with_name(f"busy-{number}").write_text(str(os.getpid()))
    while True:
        time.sleep(0.01)
`;

describe('guard, with four busy prefork children', function () {
  this.timeout(60_000);
  const { folder, remove } = temporaryFolder();
  const marker = newMarker();
  let broker: StartedBroker;
  let holder: ChildProcess;
  let worker: number;
  /** What the holder tells of the worker's states. */
  let said: string;

  before(async () => {
    buildSync({ entryPoints: [path.join(process.env.REPOSITORY!, 'test/live/process/holder.ts')], outfile: path.join(folder, 'holder.js'), bundle: true, platform: 'node', target: 'node20', format: 'cjs' });
    writeFileSync(path.join(folder, 'shop.py'), SHOP);
    broker = await startBroker({ address: null, consent: false, storage: folder, python: pythonOf('5.7'), guard: guardOf(), env: environment(newMarker()) });
  });

  after(async () => {
    await broker?.process.kill();
    remove();
  });

  beforeEach(async () => {
    for (let number = 0; number < 4; number++) if (existsSync(busyFile(number))) execFileSync('rm', [busyFile(number)]);
    const parameters = JSON.stringify({ folder, broker: broker.url, python: pythonOf('5.7'), guard: guardOf(), marker });
    holder = spawn(process.execPath, [path.join(folder, 'holder.js'), parameters], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    said = '';
    holder.stdout!.on('data', (bytes: Buffer) => (said += bytes.toString()));
    let log = '';
    holder.stderr!.on('data', (bytes: Buffer) => (log += bytes.toString()));
    assert.ok(await eventually(() => said.includes('running'), 30_000), said + log);
    worker = Number(/running (\d+)/.exec(said)![1]);
    execFileSync(pythonOf('5.7'), ['-c', 'import shop\nfor n in range(4): shop.busy.apply_async((n,), ignore_result=True)'], { cwd: folder, env: { ...process.env, CELERY_BROKER_URL: broker.url } });
    assert.ok(await eventually(() => [0, 1, 2, 3].every(number => existsSync(busyFile(number))), 20_000), log);
  });

  afterEach(() => {
    holder.kill('SIGKILL');
    for (const { pid } of survivors(marker)) process.kill(pid, 'SIGKILL');
    execFileSync(pythonOf('5.7'), ['-c', 'import shop; shop.app.control.purge()'], { cwd: folder, env: { ...process.env, CELERY_BROKER_URL: broker.url } });
  });

  const busyFile = (number: number): string => path.join(folder, `busy-${number}`);

  /** The process that waits for the holder's end: it has the worker's session, but a group of its own. */
  const watcher = (): number => survivors(marker).find(({ pid }) => {
    const [, , group, session] = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
    return Number(session) === worker && Number(group) === pid && pid !== worker;
  })!.pid;

  async function nothingSurvives(): Promise<void> {
    assert.ok(await eventually(() => survivors(marker).length === 0, 10_000), `still there: ${JSON.stringify(survivors(marker))}`);
  }

  it('runs as the command itself, beside a watcher and the pool', () => {
    assert.match(readFileSync(`/proc/${worker}/cmdline`, 'utf8'), /\0-m\0celery\0/);
    assert.equal(survivors(marker).length, 6);
  });

  it('ends all when the holder is killed', async () => {
    holder.kill('SIGKILL');
    await nothingSurvives();
  });

  it('ends all when the watcher is killed: unwatched, it would outlive the holder', async () => {
    process.kill(watcher(), 'SIGKILL');
    await nothingSurvives();
    assert.ok(await eventually(() => said.includes('failed'), 2_000), said);
  });

  it('ends the busy children of a worker that was killed', async () => {
    process.kill(worker, 'SIGKILL');
    await nothingSurvives();
  });

  it('ends all when holder and worker are killed at once', async () => {
    process.kill(worker, 'SIGKILL');
    holder.kill('SIGKILL');
    await nothingSurvives();
  });
});
