/** Where Celery's public names are defined, and the public name they are known by. */
const moved = new Map([
  ['celery.app.base.Celery', 'celery.Celery'],
  ['celery.app.Celery', 'celery.Celery'],
  ['celery.app.shared_task', 'celery.shared_task'],
  ['celery.app.task.Task', 'celery.Task'],
  ['celery.app.Task', 'celery.Task'],
  ['celery.task.base.Task', 'celery.Task'],
  ['celery._state.current_app', 'celery.current_app'],
  ['celery.app.app_or_default', 'celery.app_or_default'],
  ['celery.canvas.Signature', 'celery.Signature'],
  ['celery.canvas.signature', 'celery.signature'],
  ['celery.canvas.subtask', 'celery.signature'],
  ['celery.subtask', 'celery.signature'],
  ['celery.canvas.maybe_signature', 'celery.maybe_signature'],
  ['celery.canvas.chain', 'celery.chain'],
  ['celery.canvas.group', 'celery.group'],
  ['celery.canvas.chord', 'celery.chord'],
  ['celery.canvas.chunks', 'celery.chunks'],
  ['celery.canvas.xmap', 'celery.xmap'],
  ['celery.canvas.xstarmap', 'celery.xstarmap'],
  ['celery.contrib.django.task.DjangoTask', 'celery.contrib.django.task.DjangoTask'],
  ['celery.schedules.BaseSchedule', 'celery.schedules.schedule'],
]);

/** The public path of an external symbol, so that each thing has one name however it was imported. */
export function canonical(path: string): string {
  return moved.get(path) ?? path;
}
