import assert from 'node:assert/strict';
import { addressText, parseBrokerUrl } from '../../../src/live/broker/url';
import { RedisKeys } from '../../../src/live/broker/redis/keys';
import { ProblemError } from '../../../src/shared/problem';

describe('live: broker URLs', () => {
  const redis = { kind: 'redis', host: 'localhost', port: 6379, path: null, db: 0, username: null, password: null, tls: null };
  const rabbit = { kind: 'rabbitmq', host: 'localhost', port: 5672, username: 'guest', password: 'guest', vhost: '/', tls: null };

  it('are read as kombu reads them', () => {
    const cases: [string, unknown][] = [
      ['redis://', redis],
      ['redis://localhost', redis],
      ['redis://localhost:6380/3', { ...redis, port: 6380, db: 3 }],
      ['redis://:p%40ss%3A%2F%25@h/', { ...redis, host: 'h', password: 'p@ss:/%' }],
      ['redis://user:pass@h:1/2', { ...redis, host: 'h', port: 1, db: 2, username: 'user', password: 'pass' }],
      ['redis://[::1]:6379/0', { ...redis, host: '::1' }],
      ['redis+socket:///tmp/redis.sock?virtual_host=4', { ...redis, path: '/tmp/redis.sock', db: 4 }],
      ['rediss://h/0?ssl_cert_reqs=CERT_REQUIRED&ssl_ca_certs=/ca.pem', { ...redis, host: 'h', tls: { verify: true, checkHostname: false, ca: '/ca.pem', cert: null, key: null } }],
      ['rediss://h', { ...redis, host: 'h', tls: { verify: false, checkHostname: false, ca: null, cert: null, key: null } }],
      ['amqp://', rabbit],
      ['amqp://localhost', rabbit],
      ['amqp://localhost/', rabbit],
      ['amqp://localhost//', rabbit],
      ['amqp://localhost/%2F', rabbit],
      ['pyamqp://u:p@h:1/x', { ...rabbit, host: 'h', port: 1, username: 'u', password: 'p', vhost: 'x' }],
      ['amqp://h/a%2Fb', { ...rabbit, host: 'h', vhost: 'a/b' }],
      ['amqps://h', { ...rabbit, host: 'h', port: 5671, tls: { verify: false, checkHostname: false, ca: null, cert: null, key: null } }],
    ];
    for (const [url, expected] of cases) assert.deepEqual(parseBrokerUrl(url), expected, url);
    assert.deepEqual(parseBrokerUrl('redis://h', { ssl_cert_reqs: 2, ssl_ca_certs: '/ca' }), { ...redis, host: 'h', tls: { verify: true, checkHostname: false, ca: '/ca', cert: null, key: null } });
  });

  it('are refused by name where we cannot speak to them, without their password', () => {
    const refused: [string, RegExp][] = [['sentinel://a:1;sentinel://b:1/0', /several brokers/], ['sentinel://a:1/0', /Sentinel/], ['redis://a;redis://b', /several brokers/], ['sqs://key:secret@', /transport "sqs"/], ['nonsense', /no broker URL/], ['redis://h/notanumber', /no number/], ['redis://h:99999/0', /port/]];
    for (const [url, words] of refused) assert.throws(() => parseBrokerUrl(url), (error: Error) => error instanceof ProblemError && words.test(error.message) && !error.message.includes('secret'), url);
    assert.equal(addressText(parseBrokerUrl('redis://:secret@h:1/2')), 'h:1/2');
    assert.equal(addressText(parseBrokerUrl('amqp://u:secret@h/x')), 'h:5672 (vhost x)');
  });
});

describe("live: kombu's names in Redis", () => {
  it('follow the transport options', () => {
    const plain = new RedisKeys({}, 3);
    assert.deepEqual(plain.lists('celery'), ['celery', 'celery\x06\x163', 'celery\x06\x166', 'celery\x06\x169']);
    assert.deepEqual([0, 2, 3, 5, 6, 8, 9].map(priority => plain.list('q', priority)), ['q', 'q', 'q\x06\x163', 'q\x06\x163', 'q\x06\x166', 'q\x06\x166', 'q\x06\x169']);
    assert.deepEqual(plain.channelPatterns('celeryev'), ['/3.celeryev', '/3.celeryev/*']);
    assert.equal(plain.channel('celery.pidbox'), '/3.celery.pidbox');
    assert.deepEqual(plain.queueOfBinding('key\x06\x16\x06\x16mail'), { routingKey: 'key', queue: 'mail' });
    assert.equal(plain.queueOfBinding('nonsense'), null);
    const other = new RedisKeys({ global_keyprefix: 'p[1]:', sep: '/', priority_steps: [5, 0], fanout_prefix: 'f.{db}.', fanout_patterns: false, visibility_timeout: 60, unacked_key: 'un' }, 1);
    assert.deepEqual(other.lists('q'), ['p[1]:q', 'p[1]:q/5']);
    assert.deepEqual(other.channelPatterns('celeryev'), ['p\\[1\\]:f.1.celeryev']);
    assert.deepEqual([other.unacked, other.visibilityTimeout, other.bindings('x')], ['p[1]:un', 60, 'p[1]:_kombu.binding.x']);
    assert.equal(new RedisKeys({ fanout_prefix: false }, 0).channel('celeryev'), 'celeryev');
  });
});
