import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { defaultOptions, LintPolicy } from '../../src/source/lint/config';
import { Linter } from '../../src/source/lint/engine';
import { Project } from '../../src/source/project/project';
import { PythonParser } from '../../src/source/syntax/parser';
import { generateProject, size } from './generate';
import { median, report } from './report';

const root = process.env.REPOSITORY!;
/** Has flake8, flake8-pie and ruff: `node scripts/environments.mjs linters`. */
const linters = path.join(process.env.CELERY_WORKBENCH_VENVS ?? path.join(homedir(), '.cache/celery-workbench/venv'), 'linters/bin');
const RUNS = 3;
const KEYS = 60;

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
    const parser = await PythonParser.load(path.join(root, 'dist'));
    const policy = new LintPolicy({ options: defaultOptions, directory: folder, mistakes: [] });
    const project = new Project(parser);
    const read = async (): Promise<{ seconds: number; files: number }> => {
      const began = performance.now();
      await project.open([folder]);
      const { linked } = project;
      const linter = new Linter(linked, policy);
      for (const file of linked.files) linter.lint(file);
      return { seconds: (performance.now() - began) / 1000, files: linked.files.length };
    };
    const cold = await read();
    assert.ok(cold.files >= size.celery - 5, `${cold.files} files use Celery`);
    const warm = median([await read(), await read(), await read()].map(({ seconds }) => seconds));
    report('cold index and lint of 850,000 lines', 's', cold.seconds, { warm, 'files with Celery': cold.files, budget: 1.5 });

    const file = path.join(folder, 'shop_0/tasks.py');
    const once = readFileSync(file, 'utf8');
    const text = `${once}\n\n${once.repeat(3).replace(/def clean_(\d+)/g, (_whole, number: string, at: number) => `def more_${at}_${number}`)}`;
    assert.ok(text.split('\n').length >= 1000);
    project.openDocument(file, pathToFileURL(file).href, text);
    const lint = (): number => new Linter(project.linked, policy).lint(project.file(file)!).length;
    lint();
    const at = text.indexOf('    return order_id', text.length / 2);
    const costs = Array.from({ length: KEYS }, (_nothing, index) => {
      const began = performance.now();
      project.changeDocument(file, [{ start: at + index, end: at + index, text: index === 0 ? '#' : 'x' }]);
      lint();
      project.document(file);
      return performance.now() - began;
    });
    report('keystroke in a 1,000-line file', 'ms', median(costs), { slowest: Math.max(...costs), lines: text.split('\n').length, budget: 10 });
    assert.ok(median(costs) * 50 < cold.seconds * 1000, 'a keystroke costs a fiftieth of reading everything at most');
  });
});
