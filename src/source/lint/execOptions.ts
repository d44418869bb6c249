/** Options of `apply_async` that say how a task is sent. They mean nothing to `delay` and `s`, which pass all they get to the task. */
export const execOptions: ReadonlySet<string> = new Set([
  'countdown', 'eta', 'expires', 'queue', 'exchange', 'routing_key', 'priority', 'serializer', 'compression', 'retry', 'retry_policy',
  'link', 'link_error', 'task_id', 'ignore_result', 'headers', 'time_limit', 'soft_time_limit', 'shadow', 'add_to_parent', 'producer', 'connection', 'publisher',
]);
