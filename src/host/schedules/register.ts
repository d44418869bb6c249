import * as vscode from 'vscode';
import { problem, ProblemError } from '../../shared/problem';
import { Disposables, type Disposable } from '../lifecycle';
import { t } from '../l10n';
import { command, registerCommand, runCommand } from '../manifest';
import { guarded, openPlace } from '../problems';
import { targetOfSchedule } from '../run/target';
import { RowTree } from '../tree/rowTree';
import type { Workbench } from '../workbench';
import { scheduleRows } from './rows';

/** The longest that a timer may wait; the times are looked at again then. */
const MAX_WAIT_MS = 3_600_000;

export function register({ agent, source, log }: Workbench): Disposable {
  const disposables = new Disposables();
  const names = (): Set<string> => new Set([...source.project.tasks.map(task => task.identity.name), ...(agent.projection.facts.app?.tasks ?? []).map(task => task.name)]);
  const tree = disposables.add(new RowTree(
    () => scheduleRows(source.project.schedules, names(), Date.now()),
    row => (row.subject.kind === 'schedule' ? command('celery.schedule.open', t('Open'), { id: row.id, row }) : undefined),
  ));
  const view = disposables.add(vscode.window.createTreeView('celery.schedules', { treeDataProvider: tree }));

  // A row names its next run: it is drawn again when that has passed.
  let timer: NodeJS.Timeout | undefined;
  const arm = (): void => {
    clearTimeout(timer);
    const now = Date.now();
    const coming = source.project.schedules.flatMap(schedule => schedule.next.filter(at => at > now).slice(0, 1));
    if (!view.visible || coming.length === 0) return;
    timer = setTimeout(() => {
      const { schedules } = source.project;
      if (schedules.some(({ next }) => next.length > 0 && next.every(at => at <= Date.now()))) source.refresh();
      tree.refresh();
      arm();
    }, Math.min(Math.min(...coming) - now + 500, MAX_WAIT_MS));
  };
  disposables.add({ dispose: () => clearTimeout(timer) });
  disposables.add(view.onDidChangeVisibility(() => {
    tree.refresh();
    arm();
  }));
  disposables.add(source.onDidChange(() => {
    tree.refresh();
    arm();
  }));
  disposables.add(agent.onDidChange(({ facts }) => {
    if (facts?.has('app')) tree.refresh();
  }));

  disposables.add(registerCommand('celery.schedule.open', guarded(log, async element => {
    const subject = element?.row.subject;
    if (subject?.kind !== 'schedule') return;
    const { uri, range } = subject.schedule.location;
    await openPlace(vscode.Uri.parse(uri), range.start.line, range.start.character);
  })));
  disposables.add(registerCommand('celery.schedule.runNow', guarded(log, async element => {
    const subject = element?.row.subject;
    if (subject?.kind !== 'schedule') return;
    const target = targetOfSchedule(subject.schedule, source.findTask(subject.schedule.task.name));
    if (!target) throw new ProblemError(problem('unsupported', t('The arguments of {0} are not constant in the source', subject.schedule.key), { advice: t('Run its task with arguments of your own') }));
    await runCommand('celery.run.call', target);
  })));
  return disposables;
}
