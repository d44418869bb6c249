import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { tasksMeant } from '../../../src/celery/names';
import { editDistance, nearest } from '../../../src/celery/nearMiss';
import { destinationOf, findRoute, globRegex, pythonRegex, routeMatches, type Router } from '../../../src/celery/routes';
import { compareRoutes, type RouteAnswers } from '../../oracle/routes';

describe('task names and routes', () => {
  for (const minor of ['5.2', '5.7']) {
    it(`names tasks and sends them where Celery ${minor} does`, () => {
      const answers = JSON.parse(readFileSync(path.join(process.env.REPOSITORY!, `test/fixtures/celery/routes-${minor}.json`), 'utf8')) as RouteAnswers;
      assert.ok(answers.routes.length >= 500 && answers.names.length >= 100);
      assert.ok(answers.celery.startsWith(minor));
      compareRoutes(answers);
    }).timeout(30_000);
  }

  it('says unknown where Python code would decide', () => {
    const map: Router = { kind: 'map', routes: [{ key: { kind: 'text', text: 'a.b' }, target: { kind: 'options', queue: 'q', exchange: null, routingKey: null } }] };
    assert.equal(findRoute('a.b', [{ kind: 'code' }, map]), 'unknown');
    assert.equal((findRoute('a.b', [map, { kind: 'code' }]) as { how: string }).how, 'name');
    assert.equal(findRoute('a.c', [map, { kind: 'code' }]), 'unknown');
    const conditional: Router = { kind: 'map', routes: [{ key: { kind: 'regex', pattern: '(a)?b(?(1)c|d)' }, target: { kind: 'unknown' } }] };
    assert.equal(findRoute('a.b', [conditional]), 'unknown');
    const routing = { routers: [{ kind: 'code' } as const], defaultQueue: 'celery', declared: [], createMissing: true };
    assert.equal(destinationOf('a', { ...routing, caller: { queue: null, exchange: null, routingKey: null } }).kind, 'unknown');
    assert.deepEqual(destinationOf('a', { ...routing, caller: { queue: 'mail', exchange: null, routingKey: null } }), { kind: 'queue', queue: 'mail', why: 'caller', match: null, exchange: null, routingKey: null });
  });

  it('globs match as fnmatch does, regular expressions at the start', () => {
    assert.equal(routeMatches({ kind: 'text', text: 'shop.*' }, 'shop.orders.tasks.add'), true);
    assert.equal(routeMatches({ kind: 'text', text: 'shop.?' }, 'shop.a'), false);
    assert.equal(routeMatches({ kind: 'regex', pattern: 'shop' }, 'shopping.add'), true);
    assert.equal(routeMatches({ kind: 'regex', pattern: 'add' }, 'shop.add'), false);
    assert.equal(globRegex('*[!a-c]').test('xd'), true);
    assert.equal(pythonRegex('(unclosed'), null);
  });

  it('finds what was meant', () => {
    assert.deepEqual(tasksMeant('tasks.add', ['shop.tasks.add', 'mytasks.add', 'tasks.add']), ['tasks.add', 'shop.tasks.add']);
    assert.equal(editDistance('retry', 'rtrye'), 2);
    assert.equal(editDistance('retry', 'rerty'), 1);
    assert.equal(editDistance('kitten', 'sitting'), 3);
    assert.equal(editDistance('short', 'something else', 2), 3);
    assert.deepEqual(nearest('ignore_results', ['ignore_result', 'max_retries', 'ignore_result_x']), ['ignore_result', 'ignore_result_x']);
  });
});
