import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { ensureCodeServer, nodeProgram } from '../../scripts/lib/codeServer.mjs';
import { generateProject, size } from './generate';
import { median, report } from './report';
import type { ServerWork } from './serverWork';

const root = process.env.REPOSITORY!;
/** Has flake8, flake8-pie and ruff: `node scripts/environments.mjs linters`. */
const linters = path.join(process.env.CELERY_WORKBENCH_VENVS ?? path.join(homedir(), '.cache/celery-workbench/venv'), 'linters/bin');
const RUNS = 3;

interface Measured {
  readonly code: number;
  readonly seconds: number;
  readonly cpu: number;
  readonly peak: number;
}

function measure(command: readonly string[], cwd: string): Measured {
  const { status, stdout, stderr } = spawnSync(path.join(linters, 'python'), [path.join(root, 'test/bench/measure.py'), ...command], { cwd, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as Measured;
}

/** The run of the middle. */
function middle(command: readonly string[], cwd: string): Measured {
  const runs = Array.from({ length: RUNS }, () => measure(command, cwd)).sort((a, b) => a.seconds - b.seconds);
  return runs[Math.floor(RUNS / 2)]!;
}

describe('the linter', function () {
  this.timeout(900_000);
  let folder = '';
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'lint-bench-'));
    const made = generateProject(folder);
    assert.deepEqual(made, { lines: size.lines, files: size.files });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('reads 850,000 lines at once, beside flake8 and ruff', () => {
    const ours = middle([process.execPath, path.join(root, 'dist/cli.js'), 'lint', '--format', 'json'], folder);
    const ruff = middle([path.join(linters, 'ruff'), 'check', '--no-cache', '--quiet', '--select', 'PIE'], folder);
    const flake8 = measure([path.join(linters, 'flake8'), '--select', 'PIE'], folder);
    assert.ok(ours.code <= 1 && ruff.code <= 1 && flake8.code <= 1, 'each has linted');
    report('lint of 850,000 lines by the command line', 's', ours.seconds, { flake8: flake8.seconds, ruff: ruff.seconds, 'flake8 to ours': flake8.seconds / ours.seconds, 'ours to ruff': ours.seconds / ruff.seconds });
    report('processor time of it', 's', ours.cpu, { flake8: flake8.cpu, ruff: ruff.cpu, 'flake8 to ours': flake8.cpu / ours.cpu, 'ours to ruff': ours.cpu / ruff.cpu });
    report('peak memory of it', 'MB', ours.peak / 1e6, { flake8: flake8.peak / 1e6, ruff: ruff.peak / 1e6 });
    assert.ok(flake8.cpu / ours.cpu >= 10, 'flake8 takes at least ten times as long');
  });

  it('reads it in the server cold and warm, and follows a keystroke', async () => {
    await ensureCodeServer();
    for (const [node, program] of [['the Node of VS Code', nodeProgram], [`Node ${process.versions.node}`, process.execPath]] as const) {
      const runs = Array.from({ length: RUNS }, () => serverWork(program, folder));
      const of = (figure: (work: ServerWork) => number): number => median(runs.map(figure));
      const [{ files, lines }] = runs as [ServerWork];
      assert.ok(files >= size.celery - 5, `${files} files use Celery`);
      assert.ok(lines >= 1000);
      report(`cold index and lint of 850,000 lines, ${node}`, 's', of(({ cold }) => cold), { warm: of(({ warm }) => warm), 'files with Celery': files, budget: 1.5 });
      report(`keystroke in a file of ${lines} lines, ${node}`, 'ms', of(({ key }) => key), { slowest: of(({ slowestKey }) => slowestKey), budget: 10 });
      assert.ok(of(({ key }) => key) * 50 < of(({ cold }) => cold) * 1000, 'a keystroke costs a fiftieth of reading everything at most');
    }
  });
});

function serverWork(node: string, folder: string): ServerWork {
  const { status, stdout, stderr } = spawnSync(node, [path.join(root, '.build/test/serverWork.js'), folder], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as ServerWork;
}
