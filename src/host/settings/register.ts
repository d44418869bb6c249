import { Disposables, type Disposable } from '../lifecycle';
import { registerCommand } from '../manifest';
import { guarded } from '../problems';
import type { Workbench } from '../workbench';
import { selectInterpreter } from './selectInterpreter';

export function register(workbench: Workbench): Disposable {
  const disposables = new Disposables();
  disposables.add(registerCommand('celery.settings.selectInterpreter', guarded(workbench.log, () => selectInterpreter(workbench))));
  return disposables;
}
