import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chooseInterpreter, describeInterpreter, findInterpreters, inspectPython } from '../../../src/live/python/interpreters';

/** An environment as tools lay it out; nothing in it can be started, so that what is known of it was read. */
function environmentAt(home: string, version: string, distributions: readonly string[], configuration = `version_info = ${version}.final.0\n`): string {
  const site = path.join(home, 'lib', `python${version.split('.').slice(0, 2).join('.')}`, 'site-packages');
  for (const place of [path.join(home, 'bin'), site]) mkdirSync(place, { recursive: true });
  for (const one of distributions) mkdirSync(path.join(site, one), { recursive: true });
  writeFileSync(path.join(home, 'bin/python'), '');
  writeFileSync(path.join(home, 'pyvenv.cfg'), configuration);
  return path.join(home, 'bin/python');
}

const CELERY = ['celery-5.7.0.dist-info', 'kombu-5.7.0.dist-info', 'redis-8.1.0.dist-info', 'django_celery_beat-2.8.1.dist-info'];

describe('interpreters', () => {
  let folder: string;
  let outside: string;
  const find = async (env: NodeJS.ProcessEnv = {}, hint: string | null = null): Promise<string[]> =>
    (await findInterpreters(folder, { hint, env })).map(({ path: file, version, source, celery }) => `${source} ${version} ${celery} ${path.relative(folder, file)}`);

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'interpreters-')));
    outside = realpathSync(mkdtempSync(path.join(tmpdir(), 'interpreters-outside-')));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    rmSync(outside, { recursive: true });
  });

  it('are found in the folder, those with Celery first', async () => {
    environmentAt(path.join(folder, '.venv'), '3.12.3', []);
    environmentAt(path.join(folder, 'venv'), '3.11.7', CELERY);
    environmentAt(path.join(folder, 'py39'), '3.9.1', CELERY, 'home = /usr\nversion = 3.9.1\n');
    mkdirSync(path.join(folder, 'src/bin'), { recursive: true });
    assert.deepEqual(await find(), ['venv 3.11.7 5.7.0 venv/bin/python', 'py39 3.9.1 5.7.0 py39/bin/python', '.venv 3.12.3 null .venv/bin/python']);
  });

  it('begin with the one chosen, whatever it has', async () => {
    environmentAt(path.join(folder, '.venv'), '3.12.3', CELERY);
    const chosen = environmentAt(path.join(outside, 'chosen'), '3.10.0', []);
    assert.deepEqual((await findInterpreters(folder, { hint: chosen, env: {} })).map(({ source }) => source), ['chosen', '.venv']);
    assert.deepEqual((await findInterpreters(folder, { hint: path.join(folder, '.venv/bin/python'), env: {} })).map(({ source }) => source), ['chosen']);
    assert.deepEqual((await findInterpreters(folder, { hint: '/nowhere/python', env: {} })).map(({ source }) => source), ['.venv']);
  });

  it('are chosen without starting any, where one that has Celery can be read', async () => {
    writeFileSync(path.join(outside, 'python3'), `#!/bin/sh\ntouch ${outside}/started\nexit 1\n`);
    chmodSync(path.join(outside, 'python3'), 0o755);
    environmentAt(path.join(folder, '.venv'), '3.12.3', []);
    const env = { PATH: outside, VIRTUAL_ENV: path.join(outside, 'active') };
    environmentAt(env.VIRTUAL_ENV, '3.11.1', CELERY);
    assert.equal((await chooseInterpreter(folder, { hint: null, env }))?.source, 'active environment');
    assert.equal((await chooseInterpreter(folder, { hint: path.join(folder, '.venv/bin/python'), env }))?.version, '3.12.3');
    assert.ok(!existsSync(path.join(outside, 'started')));
    assert.equal((await chooseInterpreter(folder, { hint: null, env: { PATH: outside } }))?.source, '.venv', 'the first, where none has Celery');
    assert.ok(existsSync(path.join(outside, 'started')));
    assert.equal(await chooseInterpreter(folder, { hint: '/nowhere', env }), null);
  });

  it('are found where Poetry keeps them', async () => {
    const hash = createHash('sha256').update(folder).digest('base64url').slice(0, 8);
    environmentAt(path.join(outside, `shop-${hash}-py3.9`), '3.9.1', CELERY);
    environmentAt(path.join(outside, `shop-${hash}-py3.12`), '3.12.0', CELERY);
    environmentAt(path.join(outside, 'other-AAAAAAAA-py3.12'), '3.12.0', CELERY);
    assert.deepEqual((await findInterpreters(folder, { hint: null, env: { POETRY_VIRTUALENVS_PATH: outside } })).map(({ source, version }) => `${source} ${version}`), ['Poetry 3.12.0', 'Poetry 3.9.1']);
  });

  it('are found where Pipenv and PDM say', async () => {
    environmentAt(path.join(outside, 'shop-x'), '3.11.1', CELERY);
    environmentAt(path.join(outside, 'other-y'), '3.11.2', CELERY);
    writeFileSync(path.join(outside, 'shop-x/.project'), folder);
    writeFileSync(path.join(outside, 'other-y/.project'), '/elsewhere');
    writeFileSync(path.join(folder, '.pdm-python'), path.join(outside, 'other-y/bin/python'));
    assert.deepEqual((await findInterpreters(folder, { hint: null, env: { WORKON_HOME: outside } })).map(({ source, version }) => `${source} ${version}`), ['Pipenv 3.11.1', 'PDM 3.11.2']);
  });

  it('are found where pyenv keeps them, by the file in the folder or above it', async () => {
    for (const version of ['3.11.2', '3.11.10', '3.12.1']) environmentAt(path.join(outside, 'versions', version), version, CELERY);
    environmentAt(path.join(outside, 'versions/shop-env'), '3.10.4', CELERY);
    const project = path.join(folder, 'deep/project');
    mkdirSync(project, { recursive: true });
    writeFileSync(path.join(folder, '.python-version'), '# ours\nshop-env\n3.11\n');
    const found = await findInterpreters(project, { hint: null, env: { PYENV_ROOT: outside } });
    assert.deepEqual(found.map(({ source, version }) => `${source} ${version}`), ['pyenv 3.10.4', 'pyenv 3.11.10']);
  });

  it('are found active, and on PATH by starting them', async () => {
    environmentAt(path.join(outside, 'active'), '3.12.3', CELERY);
    const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
    symlinkSync(python, path.join(outside, 'python3'));
    const found = await findInterpreters(folder, { hint: null, env: { VIRTUAL_ENV: path.join(outside, 'active'), PATH: `relative:${outside}` } });
    assert.deepEqual(found.map(({ source }) => source), ['active environment', 'PATH']);
    assert.match(found[1]!.version, /^3\.\d+\.\d+$/);
    assert.equal(found[1]!.path, path.join(outside, 'python3'));
  });

  it('are what a shim chooses', async () => {
    const python = realpathSync(execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim());
    mkdirSync(path.join(outside, 'shims'));
    writeFileSync(path.join(outside, 'shims/python3'), `#!/bin/sh\nexec ${python} "$@"\n`);
    chmodSync(path.join(outside, 'shims/python3'), 0o755);
    const [found] = await findInterpreters(folder, { hint: null, env: { PATH: path.join(outside, 'shims') } });
    assert.equal(realpathSync(found!.path), python);
  });

  it('are never an error', async () => {
    writeFileSync(path.join(outside, 'python'), 'not a program');
    chmodSync(path.join(outside, 'python'), 0o755);
    writeFileSync(path.join(outside, 'python3'), '#!/bin/sh\necho nonsense\n');
    chmodSync(path.join(outside, 'python3'), 0o755);
    environmentAt(path.join(folder, '.venv'), '3.12.3', [], 'broken');
    symlinkSync('nowhere', path.join(folder, 'venv'));
    assert.deepEqual(await find({ PATH: outside }), []);
    assert.equal(await describeInterpreter('/nowhere'), null);
  });

  it('are read again after something was installed', async () => {
    const home = path.join(folder, '.venv');
    const file = environmentAt(home, '3.12.3', []);
    assert.equal((await describeInterpreter(file))!.celery, null);
    environmentAt(home, '3.12.3', CELERY);
    assert.deepEqual(await describeInterpreter(file), { path: file, version: '3.12.3', source: 'chosen', celery: '5.7.0', kombu: '5.7.0', redis: '8.1.0' });
    assert.equal((await inspectPython(file))!.distributions.get('django-celery-beat'), '2.8.1');
  });

  it('are asked where they also see the packages of another', async () => {
    const home = path.join(folder, '.venv');
    execFileSync('python3', ['-m', 'venv', '--without-pip', '--system-site-packages', home]);
    const found = await inspectPython(path.join(home, 'bin/python'));
    assert.match(found!.version, /^3\.\d+\.\d+$/);
  });
});
