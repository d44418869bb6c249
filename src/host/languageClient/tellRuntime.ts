import { Disposables, type Disposable } from '../lifecycle';
import type { Workbench } from '../workbench';

/** Joins the two halves: tells the language server what the running app says, so that it can show where the two differ. */
export function register({ agent, source }: Workbench): Disposable {
  const disposables = new Disposables();
  disposables.add(agent.onDidChange(({ facts }) => {
    if (!facts) return;
    const { app, interpreter } = agent.projection.facts;
    source.tellRuntime({
      registered: app ? app.tasks.map(task => task.name) : null,
      celery: app?.celery ?? interpreter?.celery ?? null,
      kombu: app?.kombu ?? interpreter?.kombu ?? null,
      interpreter: interpreter?.path ?? null,
    });
  }));
  return disposables;
}
