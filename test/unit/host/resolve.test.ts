import assert from 'node:assert/strict';
import path from 'node:path';
import type { SourceApp } from '../../../src/shared/source';
import { rankApps, resolveProject, type ConfiguredSettings } from '../../../src/host/settings/resolve';

const folder = path.resolve('/work/shop');
const inside = (...names: string[]): string => path.join(folder, ...names);
const unset: ConfiguredSettings = { app: '', directory: '', python: '', envFile: '', env: {}, 'worker.queues': [], 'worker.pool': '', 'worker.concurrency': null, 'worker.logLevel': 'INFO' };
const app = (name: string | null, root = folder, broker: string | null = null): SourceApp => ({ app: name, main: null, location: { uri: 'file:///x.py', range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } }, root, broker, backend: null });
const resolve = (options: { settings?: Partial<ConfiguredSettings>; apps?: readonly SourceApp[]; files?: readonly string[]; interpreter?: string }) =>
  resolveProject({ folder, settings: { ...unset, ...options.settings }, source: { apps: options.apps ?? [], queues: ['mail'] }, interpreter: options.interpreter ?? null, exists: file => (options.files ?? []).includes(file) });

describe('the project that is run', () => {
  it('is the app of the product before those of tests and examples, and the shallow before the deep', () => {
    const apps = [app('tests.celery:app'), app('shop.workers.deep.celery:app'), app(null), app('shop.celery:app'), app('demo:app', inside('examples'))];
    assert.deepEqual(rankApps(apps, folder).map(each => each.app), ['shop.celery:app', 'shop.workers.deep.celery:app', 'demo:app', 'tests.celery:app']);
  });

  it('is found: app, the directory that it imports from, its .env, its broker', () => {
    const found = resolve({ apps: [app('shop.celery:app', inside('src'), 'redis://localhost/0')], files: [inside('.env')], interpreter: '/python' });
    assert.deepEqual([found.app, found.directory, found.envFile, found.brokerHint, found.python, found.queues], ['shop.celery:app', inside('src'), inside('.env'), 'redis://localhost/0', '/python', ['mail']]);
  });

  it('is what was set, before what was found', () => {
    const set = resolve({
      settings: { app: 'other:app', directory: 'lib', python: '.venv/bin/python', envFile: 'dev.env', 'worker.queues': ['a'], 'worker.pool': 'threads', 'worker.concurrency': 3 },
      apps: [app('shop.celery:app', inside('src'), 'redis://localhost/0')], files: [inside('.env')], interpreter: '/python',
    });
    assert.deepEqual([set.app, set.directory, set.python, set.envFile, set.onlyQueues, set.pool, set.concurrency, set.brokerHint], ['other:app', inside('lib'), inside('.venv/bin/python'), inside('dev.env'), ['a'], 'threads', 3, null]);
  });

  it('prefers the .env beside the app to that of the folder', () => {
    const apps = [app('shop:app', inside('src'))];
    assert.equal(resolve({ apps, files: [inside('.env'), inside('src', '.env')] }).envFile, inside('src', '.env'));
  });

  it('is unknown where there is none', () => assert.deepEqual([resolve({}).app, resolve({}).directory], [null, folder]));
});
