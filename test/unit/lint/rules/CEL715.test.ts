import { expectFindings, expectSilence } from '../ruleTester';

const app = (queue: string, broker = "'redis://localhost'"): string => `from celery import Celery\nfrom kombu import Queue\nimport kombu\napp = Celery('app', broker=${broker})\napp.conf.task_queues = [${queue}]\n`;

describe('CEL715 queue-expires-loses-tasks', () => {
  it('finds queues that expire on Redis', () => expectFindings('CEL715', { 'a.py': app("Queue('a', «expires»=60), kombu.Queue('b', durable=True, «expires»=3600.0)") }, {
    severity: 'warning', fixed: { 'a.py': app("Queue('a'), kombu.Queue('b', durable=True)") },
  }));

  it('stays silent on other and unknown brokers, before kombu 5.7 and without expires', async () => {
    await expectSilence('CEL715', { 'a.py': app("Queue('a', expires=60)", "'amqp://'") });
    await expectSilence('CEL715', { 'a.py': app("Queue('a', expires=60)", 'URL') });
    await expectSilence('CEL715', { 'a.py': app("Queue('a', expires=60)") }, {}, { kombu: '5.6.2' });
    await expectSilence('CEL715', { 'a.py': app("Queue('a'), Queue('b', expires=None)") });
  });
});
