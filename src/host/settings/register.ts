import { Disposables, type Disposable } from '../lifecycle';
import { registerCommand } from '../manifest';
import { guarded } from '../problems';
import type { Workbench } from '../workbench';
import { editSettings } from './editSettings';
import { WORKER_SETTINGS } from './rows';
import { selectInterpreter } from './selectInterpreter';

export function register(workbench: Workbench): Disposable {
  const { log } = workbench;
  const disposables = new Disposables();
  disposables.add(registerCommand('celery.settings.selectInterpreter', guarded(log, () => selectInterpreter(workbench))));
  disposables.add(registerCommand('celery.settings.edit', guarded(log, element => {
    const subject = element?.row.subject;
    return editSettings(workbench, WORKER_SETTINGS.find(setting => subject?.kind === 'setting' && setting === subject.setting));
  })));
  return disposables;
}
