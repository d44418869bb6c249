import { Disposables, type Disposable } from '../lifecycle';
import type { Workbench } from '../workbench';

/** Joins the two halves: tells the language server what the running app says, so that it can show where the two differ. */
export function register({ agent, source, interpreter }: Workbench): Disposable {
  const disposables = new Disposables();
  const tell = (): void => {
    const { app } = agent.projection.facts;
    const { current } = interpreter;
    source.tellRuntime({
      registered: app ? app.tasks.map(task => task.name) : null,
      celery: app?.celery ?? current?.celery ?? null,
      kombu: app?.kombu ?? current?.kombu ?? null,
      interpreter: current?.path ?? null,
    });
  };
  disposables.add(agent.onDidChange(({ facts }) => {
    if (facts?.has('app') || facts?.has('interpreter')) tell();
  }));
  disposables.add(interpreter.onDidChange(tell));
  return disposables;
}
