import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startBroker, type StartedBroker } from '../../../src/live/process/brokers';
import { installRedisPy } from '../../../src/live/process/redisPy';
import { ProblemError } from '../../../src/shared/problem';
import { environment, guardOf, newMarker, pythonOf, temporaryFolder } from './parts';

/** A virtual environment with that Celery, but without pip and without what is named. */
function environmentWithout(home: string, version: string, names: RegExp): string {
  execFileSync(pythonOf(version), ['-m', 'venv', '--without-pip', home]);
  const python = path.join(home, 'bin/python');
  const site = (of: string): string => execFileSync(of, ['-c', 'import sysconfig; print(sysconfig.get_paths()["purelib"])'], { encoding: 'utf8' }).trim();
  const [from, to] = [site(pythonOf(version)), site(python)];
  for (const name of readdirSync(from)) if (!names.test(name)) symlinkSync(path.join(from, name), path.join(to, name));
  return python;
}

describe('redis-py for a project without it', function () {
  this.timeout(120_000);
  const { folder, remove } = temporaryFolder();
  let broker: StartedBroker;

  before(async () => {
    broker = await startBroker({ address: null, consent: false, storage: folder, python: pythonOf('5.7'), guard: guardOf(), env: environment(newMarker()) });
    writeFileSync(path.join(folder, 'shop.py'), 'import os\nfrom celery import Celery\napp = Celery(broker=os.environ["URL"], backend=os.environ["URL"])\n@app.task\ndef add(a, b): return a + b\n');
  });
  after(async () => {
    await broker?.process.kill();
    remove();
  });

  for (const version of ['5.2', '5.7']) {
    it(`goes into our own storage, by another Python's pip, and serves Celery ${version}`, async () => {
      const python = environmentWithout(path.join(folder, `venv-${version}`), version, /^(redis|packaging|pip|setuptools)\b/);
      const before = readdirSync(path.join(folder, `venv-${version}`), { recursive: true }).length;
      const options = { storage: folder, python, guard: guardOf(), env: environment(newMarker()) };
      const refused: unknown = await installRedisPy({ ...options, consent: false }).then(() => assert.fail('installed without consent'), (error: unknown) => error);
      assert.ok(refused instanceof ProblemError && refused.problem.reason === 'consent-required');
      const installed = await installRedisPy({ ...options, consent: true });
      assert.ok(installed?.startsWith(folder));
      assert.equal(await installRedisPy({ ...options, consent: false }), installed, 'once it is there, nobody is asked');
      const env = environment(newMarker(), { URL: broker.url, PYTHONPATH: installed });
      const answer = execFileSync(python, ['-c', [
        'import subprocess, sys, shop',
        'worker = subprocess.Popen([sys.executable, "-m", "celery", "-A", "shop", "worker", "-c", "1", "--without-mingle", "--without-gossip"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)',
        'try: print(shop.add.delay(2, 3).get(timeout=30))',
        'finally: worker.kill(); worker.wait()',
      ].join('\n')], { cwd: folder, env, encoding: 'utf8' });
      assert.equal(answer.trim(), '5');
      assert.equal(readdirSync(path.join(folder, `venv-${version}`), { recursive: true }).length, before, 'the environment of the project is as it was');
    });
  }

  it('is not wanted where it is', async () => {
    assert.equal(await installRedisPy({ storage: folder, python: pythonOf('5.7'), guard: guardOf(), env: environment(newMarker()), consent: false }), null);
  });
});
