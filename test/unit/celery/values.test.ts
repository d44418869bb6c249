import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readRate } from '../../../src/celery/rateLimit';
import { isRealCredential, isRefusedScheme, readServiceUrls, serviceKind } from '../../../src/celery/urls';
import { isAtLeast, NEWEST_KOMBU, parseVersion } from '../../../src/celery/versions';
import { compareRates, type RateAnswers } from '../../oracle/rates';

describe('rate limits, URLs, versions', () => {
  for (const minor of ['5.2', '5.7']) {
    it(`reads rate limits as Celery ${minor} does`, () => {
      const answers = JSON.parse(readFileSync(path.join(process.env.REPOSITORY!, `test/fixtures/celery/rates-${minor}.json`), 'utf8')) as RateAnswers;
      assert.ok(answers.rates.length >= 500);
      compareRates(answers);
    });
  }

  it('says which rate was meant', () => {
    const fix = (text: string) => {
      const reading = readRate(text);
      return reading.kind === 'error' ? [reading.code, reading.start, reading.end, reading.fix] : reading.perSecond;
    };
    assert.deepEqual(fix('10/min'), ['unit', 3, 6, '10/m']);
    assert.deepEqual(fix('10/ m'), ['unit', 3, 5, '10/m']);
    assert.deepEqual(fix('240/day'), ['unit', 4, 7, '10/h']);
    assert.deepEqual(fix('100/d'), ['unit', 4, 5, null]);
    assert.deepEqual(fix('ten/m'), ['number', 0, 3, null]);
    assert.equal(fix('120/m'), 2);
  });

  it('understands the addresses of brokers and back ends', () => {
    const [redis] = readServiceUrls('rediss://:p%40ss@cache.shop.net:6380/2?ssl_cert_reqs=none');
    assert.deepEqual(redis, {
      kind: 'redis', scheme: 'rediss', host: 'cache.shop.net', port: 6380, user: null, password: 'p@ss', path: '2', local: false,
      shown: 'rediss://:***@cache.shop.net:6380/2?ssl_cert_reqs=none',
    });
    const local = (url: string) => readServiceUrls(url).map(part => part.local);
    for (const url of ['redis://', 'redis://localhost', 'amqp://guest:guest@127.0.0.1//', 'redis+socket:///tmp/r.sock', 'memory://', 'amqp://[::1]:5672', 'db+sqlite:///x.db']) assert.deepEqual(local(url), [true], url);
    for (const url of ['redis://10.0.0.1', 'amqp://rabbit', 'sqs://key:secret@', 'redis://localhost.evil.net']) assert.deepEqual(local(url), [false], url);
    assert.deepEqual(local('amqp://localhost;amqp://far.shop.net'), [true, false]);
    assert.deepEqual(readServiceUrls('not a url'), []);
    const kinds = ['sentinel://h', 'db+postgresql://h/x', 'django-db', 'rpc://', 'rpc', 'cache+memcached://h', 'mongodb://h', 'kafka://h', 'pyamqp://h', 'sqla+mysql://h', 'filesystem://'].map(serviceKind);
    assert.deepEqual(kinds, ['sentinel', 'database', 'django', 'rpc', 'rpc', 'cache', 'mongodb', 'other', 'amqp', 'database', 'filesystem']);
  });

  it('tells secrets from placeholders', () => {
    const real = (url: string) => readServiceUrls(url).map(isRealCredential)[0];
    assert.equal(real('amqp://shop:h7Gq2x@rabbit.shop.net/prod'), true);
    for (const url of ['amqp://guest:guest@mq.shop.net', 'redis://:secret@localhost', 'amqp://user:password@mq.shop.net', 'redis://:h7Gq2x@redis:6379', 'redis://cache.shop.net', 'amqp://u:h7Gq2x@mq.example.com']) assert.equal(real(url), false, url);
  });

  it('a scheme that kombu 5.7 refuses', () => {
    assert.equal(isRefusedScheme('my.transport:Transport://host', NEWEST_KOMBU), true);
    assert.equal(isRefusedScheme('redis://a.b:6379;x.y://host', NEWEST_KOMBU), true);
    assert.equal(isRefusedScheme('sqla+mysql://a.b', NEWEST_KOMBU), false);
    assert.equal(isRefusedScheme('my.transport://host', parseVersion('5.6.2')!), false);
  });

  it('versions', () => {
    assert.deepEqual(parseVersion('5.7.0rc1'), { major: 5, minor: 7, patch: 0 });
    assert.deepEqual(parseVersion('v5.6'), { major: 5, minor: 6, patch: 0 });
    assert.equal(parseVersion('main'), null);
    assert.ok(isAtLeast(parseVersion('5.10')!, 5, 9));
    assert.ok(isAtLeast(parseVersion('6.0')!, 5, 7, 9));
    assert.ok(!isAtLeast(parseVersion('5.6.2')!, 5, 6, 3));
  });
});
