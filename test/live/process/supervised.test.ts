import assert from 'node:assert/strict';
import { spawnGuarded } from '../../../src/live/process/guarded';
import { Supervised, type SupervisedCommand } from '../../../src/live/process/supervised';
import { ProblemError, type Problem } from '../../../src/shared/problem';
import type { ServiceState } from '../../../src/shared/service';
import { environment, eventually, guardOf, newMarker, pythonOf, survivors } from './parts';

describe('supervised process', function () {
  this.timeout(30_000);
  const marker = newMarker();
  let supervised: Supervised;
  let states: ServiceState[];

  /** A Python process that runs `code`. */
  const python = (code: string, more: Partial<SupervisedCommand> = {}): SupervisedCommand => ({
    title: 'the clerk', command: pythonOf('5.7'), args: ['-c', code], cwd: '/', env: environment(marker), guard: guardOf(), ready: { line: line => line === 'ready' }, readyTimeout: 10_000, ...more,
  });
  const FAITHFUL = 'import time; print("ready"); time.sleep(600)';
  const STUBBORN = `import signal; signal.signal(signal.SIGTERM, lambda *_: print("not yet")); ${FAITHFUL.replace('time.sleep(600)', '[time.sleep(0.1) for _ in range(6000)]')}`;
  const failure = async (started: Promise<void>): Promise<Problem> => {
    const error: unknown = await started.then(() => assert.fail('it started'), (caught: unknown) => caught);
    assert.ok(error instanceof ProblemError, String(error));
    return error.problem;
  };

  beforeEach(() => {
    supervised = new Supervised();
    states = [];
    supervised.onState(state => states.push(state));
  });
  afterEach(async () => {
    await supervised.kill();
    assert.ok(await eventually(() => survivors(marker).length === 0, 5_000), JSON.stringify(survivors(marker)));
  });

  it('starts, runs and stops', async () => {
    const since = Date.now();
    await supervised.start(python(FAITHFUL));
    assert.equal(supervised.state, 'running');
    assert.ok(supervised.since >= since);
    assert.ok(survivors(marker).some(({ pid, command }) => pid === supervised.pid && command.includes('time.sleep')));
    await supervised.stop({ grace: 5_000 });
    assert.deepEqual(states, ['starting', 'running', 'stopping', 'stopped']);
    assert.equal(supervised.pid, null);
    assert.deepEqual(supervised.exit, { code: null, signal: 'SIGTERM', error: null });
    await supervised.start(python(FAITHFUL));
    assert.equal(supervised.state, 'running');
  });

  it('is ready by a probe too, and at once where nothing is to be waited for', async () => {
    let asked = 0;
    await supervised.start(python(FAITHFUL, { ready: { probe: () => ++asked > 2 ? Promise.resolve(true) : Promise.reject(new Error('not yet')) } }));
    assert.equal(asked, 3);
    await supervised.stop({ grace: 5_000 });
    await supervised.start(python('import time; time.sleep(600)', { ready: {} }));
    assert.equal(supervised.state, 'running');
  });

  it('takes the cold signal when the grace is over, and SIGKILL after that', async () => {
    await supervised.start(python(STUBBORN, { coldSignal: 'SIGQUIT' }));
    await supervised.stop({ grace: 200 });
    assert.equal(supervised.exit?.signal, 'SIGQUIT');
    assert.ok(supervised.log.tail().includes('not yet'), 'SIGTERM came first');
    await supervised.start(python(`import signal; signal.signal(signal.SIGQUIT, signal.SIG_IGN); ${STUBBORN}`, { coldSignal: 'SIGQUIT' }));
    await supervised.stop({ grace: 100 });
    assert.equal(supervised.exit?.signal, 'SIGKILL');
  });

  it('stops at once by force, also while it is stopping', async () => {
    await supervised.start(python(STUBBORN));
    const patient = supervised.stop({ grace: 600_000 });
    await supervised.stop({ grace: 600_000, force: true });
    await patient;
    assert.equal(supervised.state, 'stopped');
    assert.equal(states.filter(state => state === 'stopping').length, 1);
  });

  it('fails with the problem, the last lines and the status', async () => {
    const problem = await failure(supervised.start(python('import sys; print("what a pity"); sys.exit(3)')));
    assert.equal(problem.message, 'The clerk exited with status 3');
    assert.deepEqual(problem.log, ['what a pity']);
    assert.deepEqual(states, ['starting', 'failed']);
    assert.equal(supervised.problem, problem);
    await supervised.start(python(FAITHFUL));
    assert.equal(supervised.problem, null);
  });

  it('is not judged by what a process before it said', async () => {
    const diagnosed: string[][] = [];
    const diagnose: SupervisedCommand['diagnose'] = lines => {
      diagnosed.push([...lines]);
      return { reason: 'exited', message: '', advice: null, place: null, log: [] };
    };
    await failure(supervised.start(python('import sys; print("one"); sys.exit(1)', { diagnose })));
    await failure(supervised.start(python('import sys; print("two"); sys.exit(1)', { diagnose })));
    assert.deepEqual(diagnosed, [['one'], ['two']]);
    assert.deepEqual(supervised.log.tail(), ['one', 'two']);
  });

  it('fails when it ends later, stops where it was told to by somebody else', async () => {
    await supervised.start(python('import sys, time; print("ready"); time.sleep(0.3); sys.exit(1)', { diagnose: (_lines, _exit, wasRunning) => ({ reason: 'exited', message: `running ${wasRunning}`, advice: null, place: null, log: [] }) }));
    assert.ok(await eventually(() => supervised.state === 'failed', 5_000));
    assert.equal(supervised.problem?.message, 'running true');
    await supervised.start(python('import time; print("ready"); time.sleep(0.3)'));
    assert.ok(await eventually(() => supervised.state === 'stopped', 5_000));
  });

  it('gives up what does not get ready, or says that it will not', async () => {
    assert.equal((await failure(supervised.start(python('import time; time.sleep(600)', { readyTimeout: 300 })))).reason, 'timeout');
    assert.equal((await failure(supervised.start(python('import time; print("hopeless"); time.sleep(600)', { ready: { line: () => false, hopeless: line => line === 'hopeless' } })))).reason, 'timeout');
    assert.equal(supervised.state, 'failed');
  });

  it('fails where the program or the interpreter is not there', async () => {
    const missing = await failure(supervised.start(python('', { command: '/nowhere/server' })));
    assert.match(missing.log.join(), /guard: cannot start \/nowhere\/server: No such file or directory/);
    assert.equal(supervised.exit?.code, 127);
    const guardless = await failure(supervised.start(python('', { guard: { python: '/nowhere/python', script: '' } })));
    assert.match(guardless.message, /^The clerk could not be started: .*ENOENT/);
  });

  it('is cancelled by a signal or by stopping', async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 200);
    assert.equal((await failure(supervised.start(python('import time; time.sleep(600)'), abort.signal))).reason, 'cancelled');
    assert.equal(supervised.state, 'stopped');
    const started = failure(supervised.start(python('import time; time.sleep(600)')));
    await supervised.stop({ grace: 5_000 });
    assert.equal((await started).reason, 'cancelled');
    assert.equal(supervised.state, 'stopped');
    assert.equal((await failure(supervised.start(python(FAITHFUL), AbortSignal.abort()))).reason, 'cancelled');
  });

  it('is started once by many, and waits for a stop under way', async () => {
    await Promise.all([supervised.start(python(FAITHFUL)), supervised.start(python(FAITHFUL)), supervised.start(python(FAITHFUL))]);
    const { pid } = supervised;
    await supervised.start(python(FAITHFUL));
    assert.equal(supervised.pid, pid);
    const stopping = supervised.stop({ grace: 5_000 });
    await supervised.start(python(FAITHFUL));
    await stopping;
    assert.equal(supervised.state, 'running');
    assert.notEqual(supervised.pid, pid);
  });

  it('tells what it prints, both streams in order', async () => {
    let heard = '';
    supervised.onOutput(text => (heard += text));
    await supervised.start(python('import sys\nfor n in range(200): print(n, file=[sys.stdout, sys.stderr][n % 2], flush=True)\nprint("ready"); import time; time.sleep(600)'));
    assert.equal(heard, `${Array.from({ length: 200 }, (_, n) => `${n}\n`).join('')}ready\n`);
  });

  it('does not wait for a process that left the group and holds its output', async () => {
    await supervised.start(python('import subprocess, sys, time; subprocess.Popen(["sleep", "3"], start_new_session=True); print("ready"); time.sleep(600)'));
    const stopping = Date.now();
    await supervised.stop({ grace: 5_000 });
    assert.ok(Date.now() - stopping < 2_500);
  });
});

describe('guarded process', function () {
  this.timeout(30_000);

  it('is an ordinary interpreter with a private channel and its own standard input', async () => {
    const code = 'import os, sys; data = os.read(4, 100); os.write(4, data.upper() + b" " + sys.stdin.buffer.read()); print(sys.flags.isolated, sys.flags.no_site, os.getpid() == os.getpgid(0) == os.getsid(0), [n for n in sorted(os.listdir("/proc/self/fd")) if len(n) == 1])';
    const child = spawnGuarded({ command: pythonOf('5.7'), args: ['-c', code], cwd: '/', env: environment(newMarker()), guard: guardOf(), channel: true, input: 'input' });
    let output = '';
    child.output.forEach(stream => stream.on('data', (bytes: Buffer) => (output += bytes.toString())));
    let answer = '';
    child.channel!.on('data', (bytes: Buffer) => (answer += bytes.toString()));
    child.channel!.write('hello');
    assert.deepEqual(await child.exited, { code: 0, signal: null, error: null });
    assert.equal(answer, 'HELLO input');
    assert.equal(output.trim(), '0 0 True [\'0\', \'1\', \'2\', \'3\', \'4\']', 'descriptor 3 is the directory that is listed');
  });

  it('ends as it would alone', async () => {
    const end = (code: string): Promise<unknown> => spawnGuarded({ command: pythonOf('5.7'), args: ['-c', code], cwd: '/', env: environment(newMarker()), guard: guardOf() }).exited;
    assert.deepEqual(await end('raise SystemExit(41)'), { code: 41, signal: null, error: null });
    assert.deepEqual(await end('import os; os.kill(os.getpid(), 11)'), { code: null, signal: 'SIGSEGV', error: null });
  });
});
