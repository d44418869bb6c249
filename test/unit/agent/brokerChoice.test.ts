import assert from 'node:assert/strict';
import { chooseBroker } from '../../../src/agent/brokerChoice';
import type { BrokerProbe } from '../../../src/live/process/probe';

const USABLE: BrokerProbe = { state: 'usable', kind: 'redis', server: 'valkey', version: '9.1.2' };

describe('which broker "local" means', () => {
  const choose = (write: string, answer: BrokerProbe, read = write) => chooseBroker({ read, write }, () => Promise.resolve(answer));

  it('uses the app\'s own where it answers on this machine', async () => {
    for (const url of ['redis://localhost:6379/0', 'redis://:pw@127.0.0.1/2', 'redis://[::1]:6380', 'amqp://guest:guest@localhost:5672//']) {
      assert.deepEqual(await choose(url, USABLE), { mode: 'existing', url, label: 'valkey 9.1.2' });
    }
  });
  it('starts one at the address where nothing answers', async () => {
    for (const url of ['redis://:p%40ss@localhost:6390/3', 'redis://127.0.0.1']) {
      assert.deepEqual(await choose(url, { state: 'refused' }), { mode: 'at-address', url });
    }
  });
  it('takes a sandbox for everything else, and never probes what is elsewhere', async () => {
    const probed: string[] = [];
    const probe = (url: string) => {
      probed.push(url);
      return Promise.resolve(USABLE);
    };
    for (const url of ['redis://cache.internal:6379/0', 'redis://127.0.0.1.example.com', 'sentinel://localhost:26379', 'redis://localhost;redis://localhost:6380', 'sqs://', 'memory://', '']) {
      assert.equal((await chooseBroker({ read: url, write: url }, probe)).mode, 'sandbox', url);
    }
    assert.deepEqual(probed, []);
    assert.equal((await choose('amqp://localhost//', { state: 'refused' })).mode, 'sandbox');
    assert.equal((await choose('rediss://localhost:6379', { state: 'refused' })).mode, 'sandbox');
    assert.equal((await choose('redis://localhost', { state: 'unusable', why: 'It refuses the password of the URL' })).mode, 'sandbox');
    assert.equal((await choose('redis://localhost', USABLE, 'redis://elsewhere')).mode, 'sandbox');
  });
  it('tells why without the password', async () => {
    const choice = await choose('redis://user:secret@prod.example.com:6379/0', USABLE);
    assert.ok(choice.mode === 'sandbox' && choice.why.includes('prod.example.com') && !choice.why.includes('secret'));
  });
});
