import { PythonFloat, type PythonJson } from '../../wire/json';

const INT32 = 0x8000_0000;

/**
 * A value as amqplib must be given it. Left to itself it writes integers from 128 up as `s` (int16), which py-amqp up to 5.3.1 reads as a string: a
 * `timelimit` of that kind ended a worker of Celery 5.4.
 */
export function amqpValue(value: PythonJson): unknown {
  if (typeof value === 'bigint') return { '!': 'int64', value };
  if (value instanceof PythonFloat) return { '!': 'double', value: value.value };
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) return { '!': 'double', value };
    return { '!': value >= -INT32 && value < INT32 ? 'int32' : 'int64', value };
  }
  if (Array.isArray(value)) return value.map(amqpValue);
  return typeof value === 'object' && value !== null ? amqpTable(value) : value;
}

export function amqpTable(table: Readonly<Record<string, PythonJson>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [key, amqpValue(value)]));
}
