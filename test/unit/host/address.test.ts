import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { agentAddress, agentKey } from '../../../src/host/agentClient/address';

const uid = process.getuid?.() ?? 0;

describe('address of the agent', () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(path.join(tmpdir(), 'cw-'))));
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('has a key of 16 hex digits that differs by workspace and version', () => {
    assert.match(agentKey('file:///a', '1.0.0'), /^[0-9a-f]{16}$/);
    assert.notEqual(agentKey('file:///a', '1.0.0'), agentKey('file:///b', '1.0.0'));
    assert.notEqual(agentKey('file:///a', '1.0.0'), agentKey('file:///a', '1.0.1'));
  });

  it('is a named pipe on Windows', () => assert.equal(agentAddress('k', 'win32', {}, 0), '\\\\.\\pipe\\celery-workbench-k'));

  it('is in the private runtime directory where there is one', () => {
    chmodSync(directory, 0o700);
    assert.equal(agentAddress('k', 'linux', { XDG_RUNTIME_DIR: directory }, uid), path.join(directory, 'celery-workbench-k.sock'));
  });

  it('shuns a runtime directory that others may enter, that is a link, relative or too long', () => {
    const fallback = `/tmp/celery-workbench-${uid}/k.sock`;
    chmodSync(directory, 0o755);
    assert.equal(agentAddress('k', 'linux', { XDG_RUNTIME_DIR: directory }, uid), fallback);
    const link = path.join(directory, 'link');
    symlinkSync(directory, link);
    assert.equal(agentAddress('k', 'linux', { XDG_RUNTIME_DIR: link }, uid), fallback);
    assert.equal(agentAddress('k', 'linux', { XDG_RUNTIME_DIR: 'relative' }, uid), fallback);
    const long = path.join(directory, 'x'.repeat(100));
    mkdirSync(long, { mode: 0o700 });
    assert.equal(agentAddress('k', 'linux', { XDG_RUNTIME_DIR: long }, uid), fallback);
  });

  it('refuses a directory of another user', () => {
    assert.throws(() => agentAddress('k', 'linux', {}, uid + 1_000_000), /another user/);
    rmSync(`/tmp/celery-workbench-${uid + 1_000_000}`, { recursive: true, force: true });
  });
});
