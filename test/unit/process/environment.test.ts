import assert from 'node:assert/strict';
import { childEnvironment } from '../../../src/live/process/environment';

describe('environment of children', () => {
  it('has the marker and none of the editor\'s own variables', () => {
    const environment = childEnvironment({ PATH: '/bin', HOME: '/h', ELECTRON_RUN_AS_NODE: '1', VSCODE_PID: '7', VSCODE_IPC_HOOK: 'x', CHROME_DESKTOP: 'code.desktop', CODE: 'mine' }, 'key');
    assert.deepEqual(environment, { PATH: '/bin', HOME: '/h', CODE: 'mine', PYTHONUNBUFFERED: '1', PYTHONIOENCODING: 'utf-8', CELERY_WORKBENCH: 'key' });
  });

  it('gives back what a Snap had replaced', () => {
    const environment = childEnvironment({ GTK_PATH: '/snap/x', GTK_PATH_VSCODE_SNAP_ORIG: '', XDG_DATA_DIRS: '/snap/y', XDG_DATA_DIRS_VSCODE_SNAP_ORIG: '/usr/share' }, 'key');
    assert.equal(environment['GTK_PATH'], undefined);
    assert.equal(environment['XDG_DATA_DIRS'], '/usr/share');
  });

  it('applies changes in order, and removes what is null', () => {
    const environment = childEnvironment({ BROKER_URL: 'redis://elsewhere', A: '0' }, 'key', { A: '1', B: '1' }, { B: '2', BROKER_URL: null });
    assert.equal(environment['A'], '1');
    assert.equal(environment['B'], '2');
    assert.ok(!('BROKER_URL' in environment));
  });

  it('keeps the marker and an encoding of the user\'s', () => {
    const environment = childEnvironment({ PYTHONIOENCODING: 'latin-1', CELERY_WORKBENCH: 'other' }, 'key', { CELERY_WORKBENCH: 'forged' });
    assert.equal(environment['PYTHONIOENCODING'], 'latin-1');
    assert.equal(environment['CELERY_WORKBENCH'], 'key');
  });
});
