/** Names from before Celery 4.0 whose new name is no mere matter of case. */
const old = new Map([
  ['BROKER_URL', 'broker_url'], ['BROKER_HOST', 'broker_host'], ['CELERY_RESULT_BACKEND', 'result_backend'], ['CELERYBEAT_SCHEDULE', 'beat_schedule'],
  ['CELERY_ROUTES', 'task_routes'], ['CELERY_QUEUES', 'task_queues'], ['CELERY_DEFAULT_QUEUE', 'task_default_queue'], ['CELERY_CREATE_MISSING_QUEUES', 'task_create_missing_queues'],
  ['CELERY_TIMEZONE', 'timezone'], ['CELERY_ENABLE_UTC', 'enable_utc'], ['CELERY_TASK_SERIALIZER', 'task_serializer'], ['CELERY_RESULT_SERIALIZER', 'result_serializer'],
  ['CELERY_ACCEPT_CONTENT', 'accept_content'], ['CELERY_IMPORTS', 'imports'], ['CELERY_INCLUDE', 'include'], ['CELERY_ALWAYS_EAGER', 'task_always_eager'],
  ['CELERY_ACKS_LATE', 'task_acks_late'], ['CELERY_IGNORE_RESULT', 'task_ignore_result'], ['CELERYBEAT_SCHEDULER', 'beat_scheduler'],
  ['CELERYD_TASK_TIME_LIMIT', 'task_time_limit'], ['CELERYD_TASK_SOFT_TIME_LIMIT', 'task_soft_time_limit'], ['BROKER_TRANSPORT_OPTIONS', 'broker_transport_options'],
]);

/**
 * The setting that a name means where it stands, in Celery's own spelling (`beat_schedule`); null where Celery would not read it.
 * With a namespace only the prefixed new names count (`celery.app.utils.detect_settings`).
 */
export function settingKey(written: string, namespace: string | null): string | null {
  if (namespace) {
    const prefix = `${namespace}_`;
    return written.startsWith(prefix) ? written.slice(prefix.length).toLowerCase() : null;
  }
  return old.get(written) ?? (/^[a-z][a-z0-9_]*$/.test(written) ? written : null);
}
