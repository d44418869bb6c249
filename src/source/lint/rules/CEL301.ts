import { nearest, tolerance } from '../../../celery/nearMiss';
import type { LintContext } from '../context';
import type { Task } from '../../celery/model';
import type { Rule } from '../rule';

/** Options of `@app.task` and attributes that Celery reads from a task (celery.app.task, celery.app.base, celery.app.autoretry). */
const known: ReadonlySet<string> = new Set([
  'name', 'base', 'bind', 'shared', 'lazy', 'filter', 'pydantic', 'pydantic_strict', 'pydantic_context', 'pydantic_dump_kwargs',
  'autoretry_for', 'dont_autoretry_for', 'retry_kwargs', 'retry_backoff', 'retry_backoff_max', 'retry_jitter', 'max_retries', 'default_retry_delay',
  'queue', 'exchange', 'exchange_type', 'routing_key', 'priority', 'expires', 'serializer', 'compression', 'delivery_mode', 'time_limit', 'soft_time_limit', 'immediate', 'mandatory',
  'acks_late', 'acks_on_failure', 'acks_on_timeout', 'acks_on_failure_or_timeout', 'reject_on_worker_lost', 'rate_limit', 'ignore_result', 'store_errors_even_if_ignored', 'store_eager_result', 'track_started',
  'throws', 'trail', 'send_events', 'typing', 'resultrepr_maxsize', 'backend', 'Strategy', 'Request', 'abstract', 'from_config', 'request_stack', 'app', 'options', 'run_every', 'shadow_name', 'autoregister',
  'on_failure', 'on_success', 'on_retry', 'after_return', 'before_start', 'on_replace', 'run', 'description', 'schedule',
]);

/** What people write, and what they mean; further from it than a slip of the pen. */
const meant: Readonly<Record<string, string>> = {
  ignore_results: 'ignore_result', max_retry: 'max_retries', retries: 'max_retries', retry_delay: 'default_retry_delay', ack_late: 'acks_late', late_ack: 'acks_late', late_acks: 'acks_late',
  timeout: 'time_limit', hard_time_limit: 'time_limit', soft_timeout: 'soft_time_limit', exponential_backoff: 'retry_backoff', backoff: 'retry_backoff', retry_max_backoff: 'retry_backoff_max', max_backoff: 'retry_backoff_max',
  rate_limits: 'rate_limit', ratelimit: 'rate_limit', autoretry: 'autoretry_for', auto_retry_for: 'autoretry_for', retry_for: 'autoretry_for', autoretry_on: 'autoretry_for', retry_on: 'autoretry_for',
  bound: 'bind', task_name: 'name', jitter: 'retry_jitter', task_time_limit: 'time_limit', task_soft_time_limit: 'soft_time_limit', queue_name: 'queue', expire: 'expires',
};

export const unknownTaskOption: Rule = {
  code: 'CEL301',
  name: 'unknown-task-option',
  severity: 'warning',
  summary: 'A misspelt option of the task decorator: any keyword is accepted, becomes an attribute of the task, and is never read.',
  *check(context) {
    for (const task of context.tasks) {
      if (!task.call || task.wrapped) continue;
      for (const { name, nameSpan } of task.call.keywords) {
        if (name === null || !nameSpan || known.has(name)) continue;
        const suggestion = meant[name] ?? nearest(name, known, tolerance(name))[0];
        if (suggestion === undefined || task.call.keywords.some(other => other.name === suggestion) || isRead(name, task, context)) continue;
        yield {
          at: nameSpan,
          message: `Celery has no task option ${name}, so it is kept as an attribute and never read; ${suggestion} is meant?`,
          fixes: [{ title: `Rename to ${suggestion}`, safe: name in meant ? sameKind(name, suggestion) : true, edits: [{ span: nameSpan, text: suggestion }] }],
        };
      }
    }
  },
};

/** Some of these take another kind of value than what is meant. */
function sameKind(name: string, suggestion: string): boolean {
  return suggestion !== 'autoretry_for' && name !== 'retries' && suggestion !== 'retry_backoff';
}

/** Whether the project has a use for the attribute: its base class defines it, or some code reads it. */
function isRead(name: string, task: Task, { linked }: LintContext): boolean {
  const { base } = linked.behaviours.of(task);
  if (base ? linked.evaluator.member(base, name) !== null : task.base !== null && !linked.behaviours.of(task).plainSend) return true;
  const pattern = new RegExp(`\\.${name}\\b|attr\\([^()]*["']${name}["']`);
  return linked.files.some(file => pattern.test(file.module.text));
}
