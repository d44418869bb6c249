import { LiveLink } from '../../../src/agent/liveLink';
import { openBroker, type Broker } from '../../../src/live/broker/broker';
import { RunStore } from '../../../src/live/runs/store';
import { buildTask } from '../../../src/live/wire/message';
import { eventually, startRedis, startWorker, type TestBroker, type TestWorker } from '../../harness/celery';

describe('agent: the link to a running system', () => {
  let server: TestBroker;
  let sender: Broker;
  let link: LiveLink;
  let worker: TestWorker | undefined;
  const runs = new RunStore({ coalesce: 5 });

  before(async () => {
    server = await startRedis('valkey');
    sender = await openBroker({ url: server.url, oid: 'sender' });
    link = new LiveLink(runs, 'link', () => false, () => [], { workers: () => {}, queues: () => {}, away: () => {} });
  });
  after(async () => {
    await link?.close();
    await sender?.close();
    await worker?.stop();
    await server?.stop();
  });

  it('hears the tasks of a worker that was started without events, and of the next one', async () => {
    await link.follow({ broker: { url: server.url }, results: { url: 'disabled' } });
    link.keepEventsOn();
    for (const name of ['first@link', 'second@link']) {
      worker = await startWorker({ version: '5.7', broker: server.url, events: false, pool: 'threads', name });
      await eventually(`the tasks of ${name}`, async () => {
        const message = buildTask({ name: 'wired.add', args: [1, 2] }, { celery: '5.7.0', kombu: '5.7.0' });
        await sender.send(message, { queue: 'celery' });
        await new Promise(resolve => setTimeout(resolve, 300));
        return runs.get(message.id)?.state === 'SUCCESS';
      }, 20_000);
      await worker.stop();
    }
  }).timeout(60_000);
});
