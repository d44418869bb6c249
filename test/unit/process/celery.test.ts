import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { beatCommand, nodeName, workerCommand } from '../../../src/live/process/celery';
import { redisPySet } from '../../../src/live/process/redisPy';
import { configuration } from '../../../src/live/process/servers';
import type { ProjectSettings } from '../../../src/shared/agentProtocol';

const settings: ProjectSettings & { app: string } = { folder: '/work/shop', app: 'shop.app:app', directory: '/work/shop/src', python: null, envFile: null, env: {}, queues: [], onlyQueues: [], pool: null, concurrency: null, logLevel: 'INFO', brokerHint: null };

describe('command lines of Celery', () => {
  it('start a worker', () => {
    const { command, args, cwd, node, pool, ready } = workerCommand(settings, '/v/bin/python', ['celery', 'mail', 'celery'], { broker: null, backend: null });
    assert.equal(command, '/v/bin/python');
    assert.equal(cwd, '/work/shop/src');
    assert.equal(pool, process.platform === 'win32' ? 'threads' : 'prefork');
    assert.equal(args.join(' '), `-m celery -A shop.app:app worker -E --without-mingle --without-gossip -n ${node} -P ${pool} -l INFO -Q celery,mail`);
    assert.ok(ready(`[2026-11-23 16:57:46,531: INFO/MainProcess] ${node} ready.`));
    assert.ok(!ready('[2026-11-23 16:57:46,531: INFO/MainProcess] celery@other ready.'));
  });

  it('hold it to other URLs', () => {
    const { args } = workerCommand({ ...settings, concurrency: 3, pool: 'threads' }, 'python', [], { broker: 'redis://127.0.0.1:1/0', backend: 'redis://127.0.0.1:1/0' });
    assert.ok(args.join(' ').startsWith('-m celery -A shop.app:app -b redis://127.0.0.1:1/0 --result-backend redis://127.0.0.1:1/0 worker'));
    assert.ok(args.join(' ').includes('-P threads -l INFO -c 3'));
    assert.ok(!args.includes('-Q'));
  });

  it('name the node by project and machine', () => {
    assert.match(nodeName(settings), new RegExp(`^workbench-[0-9a-f]{8}@${hostname()}$`));
    assert.equal(nodeName(settings), nodeName({ ...settings }));
    assert.notEqual(nodeName(settings), nodeName({ ...settings, folder: '/work/other' }));
    assert.notEqual(nodeName(settings), nodeName({ ...settings, app: 'other:app' }));
  });

  it('start Beat, its schedule in our storage and no pid file', () => {
    const { args, ready } = beatCommand(settings, { path: 'python', version: '3.11.7', celery: '5.7.0' }, '/storage', { broker: null, backend: null });
    assert.match(args.join(' '), /^-m celery -A shop\.app:app beat -s \/storage\/beat-[0-9a-f]{8} --pidfile= -l INFO$/);
    assert.ok(ready('[2026-11-23 16:58:29,265: INFO/MainProcess] beat: Starting...'));
    const upgraded = beatCommand(settings, { path: 'python', version: '3.11.7', celery: '5.8.0' }, '/storage', { broker: null, backend: null });
    assert.notDeepEqual(upgraded.args, args, 'a schedule that another release wrote');
  });
});

describe('configuration of a broker', () => {
  it('binds to one address, keeps nothing, and quotes what could end a line', () => {
    const address = { kind: 'redis', tls: false, host: '127.0.0.1', port: 42, socket: null, username: 'u"\nport 1', password: 'p', database: 20, verify: false } as const;
    assert.equal(configuration(address), [
      'bind 127.0.0.1', 'port 42', 'save ""', 'appendonly no', 'daemonize no', 'databases 21',
      'requirepass "\\x70"', 'user "\\x75\\x22\\x0a\\x70\\x6f\\x72\\x74\\x20\\x31" on "\\x3e\\x70" ~* &* +@all', '',
    ].join('\n'));
  });
});

describe('redis-py for a project without it', () => {
  const folder = (version: string, distributions: Record<string, string>): string => redisPySet({ path: 'python', version, distributions: new Map(Object.entries(distributions)) }).folder;

  it('is the release that kombu accepts, with what is missing beside it', () => {
    assert.equal(folder('3.8.18', { kombu: '5.2.4' }), 'redis-4.6.0+async-timeout-5.0.1');
    assert.equal(folder('3.11.7', { kombu: '5.3.7' }), 'redis-5.2.1');
    assert.equal(folder('3.10.13', { kombu: '5.5.4', 'async-timeout': '4.0.3' }), 'redis-5.2.1');
    assert.equal(folder('3.11.7', { kombu: '5.7.0' }), 'redis-6.4.0+packaging-26.3');
    assert.equal(folder('3.13.0', { kombu: '5.7.0', packaging: '24.0' }), 'redis-6.4.0');
  });
});
