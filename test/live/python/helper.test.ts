import assert from 'node:assert/strict';
import { Bench, VERSIONS } from './parts';

const SHOP = `
import os
from celery import Celery
app = Celery('shop', broker=os.environ['SHOP_BROKER'], backend=os.environ['SHOP_BROKER'])

@app.task
def add(x, y=2):
    return x + y
`;

describe('helper', () => {
  for (const version of VERSIONS) {
    it(`imports, describes and sends with Celery ${version}`, async () => {
      const bench = new Bench();
      try {
        bench.write({ 'shop.py': SHOP });
        const broker = await bench.broker();
        const helper = await bench.helper('shop', version, { SHOP_BROKER: broker.url });
        const { description } = await helper.describe();
        assert.equal(description.app, 'shop:app');
        assert.equal(description.celery.startsWith(version), true, description.celery);
        assert.equal(description.tasks.find(({ name }) => name === 'shop.add')?.signature, '(x, y=2)');
        const sent = await helper.send({ task: 'shop.add', module: null, call: 'add(2, 3)', options: '' });
        assert.equal(sent.queue, 'celery');
        assert.deepEqual(sent.ids, [sent.id]);
      } finally {
        await bench.close();
      }
    });
  }
});
