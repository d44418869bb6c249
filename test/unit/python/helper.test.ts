import assert from 'node:assert/strict';
import { placeInDump, type HelperDescription } from '../../../src/live/python/helper';
import { parseDescription, parseRemarks, parseSent } from '../../../src/live/python/helperReplies';
import { leakInLog, sandboxEnvironment, verifySandbox } from '../../../src/live/python/sandbox';

const description: HelperDescription = {
  description: {
    app: 'shop:app', main: 'shop', celery: '5.7.0', kombu: '5.7.0', python: '3.11.7', tasks: [{ name: 'shop.add', signature: '(x)', module: 'shop', file: '/p/shop.py', line: 3, ignoreResult: false, queue: 'celery' }],
    settings: { timezone: "'UTC'" }, broker: 'redis://127.0.0.1:1/0', backend: 'redis://127.0.0.1:1/0', defaultQueue: 'celery', queues: null, timezone: 'UTC',
  },
  connection: {
    read: 'redis://127.0.0.1:1/0', write: 'redis://127.0.0.1:1/0', transportOptions: {}, tls: false, missing: null, createMissingQueues: true, defaultQueue: 'celery', defaultExchange: '', serializer: 'json', acceptContent: ['json'],
    result: { url: 'redis://127.0.0.1:1/0', class: 'celery.backends.redis:RedisBackend', keyPrefix: 'celery-task-meta-', transportOptions: {}, tls: null, serializer: 'json', extended: false, problem: null },
  },
  modules: [], notes: [], sandbox: { url: 'redis://127.0.0.1:1/0', leaks: [] },
};

describe('replies of the helper', () => {
  it('are taken as they are when they have the shape', () => {
    assert.equal(parseDescription(description), description);
    const sent = { id: 'a', ids: ['a'], queue: null, messages: [{ id: 'a', task: 't', queue: null, exchange: '', routingKey: 'q', args: '()', kwargs: '{}', eta: null, expires: null, root: 'a', parent: null, group: null }], notes: [] };
    assert.equal(parseSent(sent), sent);
    assert.deepEqual(parseRemarks([]), []);
  });

  it('are nothing when any part of them is something else', () => {
    for (const value of [null, 7, 'text', [], {}]) assert.equal(parseDescription(value), null);
    const paths = (value: unknown, path: string[] = []): string[][] => typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).flatMap(([key, inner]) => [[...path, key], ...paths(inner, [...path, key])]) : [];
    const free = new Set(['tls', 'transportOptions', 'sandbox']);
    let broken = 0;
    for (const path of paths(description)) {
      if (free.has(path.at(-1)!) || path.includes('settings')) continue;
      const copy = structuredClone(description) as unknown as Record<string, unknown>;
      const holder = path.slice(0, -1).reduce((inner, key) => inner[key] as Record<string, unknown>, copy);
      holder[path.at(-1)!] = Symbol.iterator;
      assert.equal(parseDescription(copy), null, path.join('.'));
      broken++;
    }
    assert.ok(broken > 25);
    assert.equal(parseSent({ id: 'a', ids: ['a', 1], queue: null, messages: [], notes: [] }), null);
    assert.equal(parseRemarks([{ in: 'elsewhere', start: 0, end: 1, severity: 'error', message: '' }]), null);
  });
});

describe('where an import hangs', () => {
  const dump = [
    'a line before', 'Timeout (0:00:59.000000)!',
    'Thread 0x00007f0000000001 (most recent call first):', '  File "/usr/lib/python3.11/threading.py", line 320 in wait', '  File "/p/background.py", line 9 in run', '',
    'Thread 0x00007f0000000002 (most recent call first):', '  File "/usr/lib/python3.11/socket.py", line 5 in connect', '  File "/v/lib/python3.11/site-packages/redis/connection.py", line 7 in connect',
    '  File "/p/shop/tasks.py", line 12 in warm_up', '  File "/p/shop/tasks.py", line 20 in <module>', '  File "<frozen importlib._bootstrap>", line 241 in _call_with_frames_removed', '  File "/x/python/celery_workbench/opening.py", line 112 in _find',
  ];

  it('is the innermost frame of the user in the main thread', () => assert.deepEqual(placeInDump(dump, '/x/python'), { file: '/p/shop/tasks.py', line: 11, column: 0 }));

  it('is unknown without a dump, or where only libraries run', () => {
    assert.equal(placeInDump([], '/x/python'), null);
    assert.equal(placeInDump(['Traceback (most recent call last):', '  File "/p/a.py", line 1 in x'], '/x/python'), null);
    assert.equal(placeInDump(dump.filter(line => !line.includes('/p/shop')), '/x/python'), null);
  });
});

describe('sandbox', () => {
  const url = 'redis://127.0.0.1:1/0';

  it('takes the variables away that are stronger than it', () => {
    const changes = sandboxEnvironment(url);
    assert.deepEqual(Object.keys(changes).filter(name => changes[name] === null), ['BROKER_URL', 'RESULT_BACKEND', 'CELERY_BROKER']);
  });

  it('is verified by what the app would really use', () => {
    assert.equal(verifySandbox(description, url), null);
    assert.equal(verifySandbox({ ...description, sandbox: null }, url)?.reason, 'leak');
    assert.equal(verifySandbox(description, 'redis://127.0.0.1:2/0')?.reason, 'leak');
    for (const change of [{ read: 'amqp://elsewhere' }, { write: 'amqp://u:hunter2@elsewhere' }, { result: { ...description.connection.result, url: 'db+postgresql://elsewhere' } }]) {
      const found = verifySandbox({ ...description, connection: { ...description.connection, ...change } }, url);
      assert.equal(found?.reason, 'leak', JSON.stringify(change));
      assert.doesNotMatch(JSON.stringify(found), /hunter2/);
    }
    const leak = verifySandbox({ ...description, sandbox: { url, leaks: [{ what: 'app.backend', where: 'redis://elsewhere' }] } }, url);
    assert.match(leak!.message, /app\.backend leads to redis:\/\/elsewhere/);
  });

  it('names what a worker ended for', () => {
    assert.equal(leakInLog(['[INFO] ready', 'bye']), null);
    assert.match(leakInLog(['x', 'celery-workbench-leak: [{"what": "app.backend", "where": "redis://elsewhere/1"}]', 'y'])!.message, /app\.backend leads to redis:\/\/elsewhere\/1/);
    for (const broken of ['', '{', '{}', '[null]', '7']) assert.equal(leakInLog([`celery-workbench-leak: ${broken}`])?.reason, 'leak', broken);
  });
});
