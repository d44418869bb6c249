import { randomUUID } from 'node:crypto';
import { envelope } from '../harness/wireSamples';

const NAMES = ['shop.orders.tasks.charge', 'shop.mail.tasks.send_receipt', 'shop.reports.tasks.nightly', 'shop.catalog.tasks.reindex', 'shop.orders.tasks.refund'];

/**
 * What a worker publishes while it runs `tasks` tasks, as Redis delivers it: received, started and succeeded (or failed, one in twenty) of each, up to
 * three events in one message, as measured on a prefork worker.
 */
export function record(tasks: number): string[] {
  const messages: string[] = [];
  let batch: string[] = [];
  const push = (event: string): void => {
    batch.push(event);
    if (batch.length < 1 + (messages.length % 3)) return;
    messages.push(envelope(`[${batch.join(', ')}]`, '{"hostname": "celery@web-1"}'));
    batch = [];
  };
  for (let number = 0; number < tasks; number++) {
    const id = randomUUID();
    const at = 1_795_329_493 + number / 1000;
    const common = (clock: number): string => `"hostname": "celery@web-${number % 4}", "utcoffset": 0, "pid": ${3000 + (number % 4)}, "clock": ${number * 3 + clock}, "uuid": "${id}"`;
    push(`{${common(1)}, "name": "${NAMES[number % NAMES.length]}", "args": "(${number}, 'customer-${number % 977}@example.com')", "kwargs": "{'amount': Decimal('${number % 100}.50')}", "root_id": "${id}", "parent_id": null, "retries": 0, "eta": null, "expires": null, "timestamp": ${at}, "type": "task-received"}`);
    push(`{${common(2)}, "timestamp": ${at + 0.004}, "type": "task-started"}`);
    if (number % 20 === 0) push(`{${common(3)}, "exception": "ValueError('card ${number} declined')", "traceback": "Traceback (most recent call last):\\n  File \\"/srv/shop/orders/tasks.py\\", line 31, in charge\\n    raise ValueError(f'card {number} declined')\\nValueError: card ${number} declined\\n", "timestamp": ${at + 0.02}, "type": "task-failed"}`);
    else push(`{${common(3)}, "result": "{'receipt': '${number}', 'ok': True}", "runtime": 0.0${number % 89}1, "timestamp": ${at + 0.02}, "type": "task-succeeded"}`);
  }
  if (batch.length > 0) messages.push(envelope(`[${batch.join(', ')}]`, '{"hostname": "celery@web-1"}'));
  return messages;
}
