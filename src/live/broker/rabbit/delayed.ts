const BITS = 28;
const PREFIX = /^(?:[01]\.){28}/;

/**
 * The routing key by which the exchange `celery_delayed_27` holds a message back (kombu.transport.native_delayed_delivery, Celery ≥ 5.5): whole seconds
 * as binary digits, highest first, each a word of its own.
 */
export function delayedRoutingKey(seconds: number, routingKey: string): string {
  const digits = Math.min(seconds, 2 ** BITS - 1).toString(2).padStart(BITS, '0');
  return `${digits.split('').join('.')}.${routingKey.replace(PREFIX, '')}`;
}
