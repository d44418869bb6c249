import assert from 'node:assert/strict';
import path from 'node:path';
import { formatVersion, NEWEST_CELERY, NEWEST_KOMBU } from '../../../src/celery/versions';
import type { Project } from '../../../src/source/project/project';
import { withWorkspace, write } from './workspace';

const app = { 'app.py': 'from celery import Celery\napp = Celery("app")\n' };
const of = ({ versions }: Project): string => `${formatVersion(versions.celery)} ${formatVersion(versions.kombu)}`;
const newestCelery = formatVersion(NEWEST_CELERY);
const newestKombu = formatVersion(NEWEST_KOMBU);

describe('the releases that a project is for', () => {
  const cases: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
    ['nothing', {}, `${newestCelery} ${newestKombu}`],
    ['requirements that pin', { 'requirements.txt': 'django\ncelery[redis]==5.4.0 \\\n  --hash=sha256:0\nkombu == 5.3.7\n' }, '5.4.0 5.3.7'],
    ['requirements in parts', { 'requirements/base.txt': 'celery==5.3.6\n' }, `5.3.6 ${newestKombu}`],
    ['requirements of a part of the repository', { 'backend/requirements.txt': 'Celery==5.5.3\n' }, `5.5.3 ${newestKombu}`],
    ['ranges', { 'requirements.txt': 'celery>=5.2,<6\npytest-celery==1.0\ncelery-types==0.2\n' }, `${newestCelery} ${newestKombu}`],
    ['pyproject.toml', { 'pyproject.toml': '[project]\ndependencies = ["celery[redis]==5.4.0"]\n' }, `5.4.0 ${newestKombu}`],
    ['uv.lock', { 'uv.lock': 'version = 1\n[[package]]\nname = "celery"\nversion = "5.4.0"\n[[package]]\nname = "kombu"\nversion = "5.4.2"\n', 'pyproject.toml': '[project]\ndependencies = ["celery==5.2.7"]\n' }, '5.4.0 5.4.2'],
    ['poetry.lock', { 'poetry.lock': '[[package]]\nname = "celery"\nversion = "5.3.6"\ndescription = "x"\n' }, `5.3.6 ${newestKombu}`],
    ['Pipfile.lock', { 'Pipfile.lock': '{"default": {"celery": {"version": "==5.2.7"}, "kombu": {"version": "==5.2.4"}}}' }, '5.2.7 5.2.4'],
    ['locks that are none', { 'Pipfile.lock': '{', 'uv.lock': '[[', 'poetry.lock': '' }, `${newestCelery} ${newestKombu}`],
    ['an environment', { '.venv/pyvenv.cfg': '', '.venv/lib/python3.11/site-packages/celery-5.6.3.dist-info/METADATA': '', '.venv/lib/python3.11/site-packages/kombu-5.6.2.dist-info/METADATA': '', 'requirements.txt': 'celery==5.4.0\n' }, '5.6.3 5.6.2'],
  ];
  for (const [name, files, expected] of cases) it(`are read from ${name}`, () => withWorkspace({ ...app, ...files }, project => assert.equal(of(project), expected)));

  it('are those of the interpreter where that is known', () => withWorkspace({ ...app, 'requirements.txt': 'celery==5.4.0\nkombu==5.4.2\n' }, project => {
    project.setVersions({ celery: { major: 5, minor: 6, patch: 3 } });
    assert.equal(of(project), '5.6.3 5.4.2');
    project.setVersions({});
    assert.equal(of(project), '5.4.0 5.4.2');
  }));

  it('are read anew when what pins them changes', () => withWorkspace({ ...app, 'requirements.txt': 'celery==5.4.0\n' }, async (project, root) => {
    write(root, { 'requirements.txt': 'celery==5.5.3\n' });
    await project.open([root]);
    assert.equal(of(project), `5.5.3 ${newestKombu}`);
    assert.ok(project.file(path.join(root, 'app.py')));
  }));
});
