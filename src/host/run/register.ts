import * as vscode from 'vscode';
import { identityKey, LOCAL } from '../../shared/identity';
import type { Problem } from '../../shared/problem';
import { Disposables, type Disposable } from '../lifecycle';
import { t } from '../l10n';
import { registerCommand, runCommand } from '../manifest';
import { asProblem, guarded, requireTrust, showProblem, type ProblemAction } from '../problems';
import type { TreeElement } from '../tree/element';
import type { Workbench } from '../workbench';
import { targetOfRun } from './again';
import { EditCall } from './consent';
import { keepSample } from './keepSample';
import { pickTask } from './pickTask';
import { shortName } from './present';
import { askForCall } from './runWith';
import { sendingCode } from './callText';
import { isRunTarget, targetOfCall, targetOfTask, type RunTarget } from './target';

export function register(workbench: Workbench): Disposable {
  const { runner, source, log } = workbench;
  const disposables = new Disposables();

  const run = async (target: RunTarget): Promise<void> => {
    try {
      const receipt = await runner.run(target);
      for (const note of receipt?.notes ?? []) vscode.window.setStatusBarMessage(note, 6_000);
    } catch (error) {
      if (error instanceof EditCall) await runWith(target);
      else explain(asProblem(error), target);
    }
  };
  const explain = (what: Problem, target: RunTarget): void => {
    const actions: ProblemAction[] = [];
    if (target.task !== null && what.reason.startsWith('call-')) actions.push({ title: t('Edit the Call'), run: () => runCommand('celery.run.with', target) });
    // A command is done when it has told; nobody waits until the message is closed.
    void showProblem(what, log, actions);
  };
  const runWith = async (target: RunTarget, refusal?: Problem): Promise<void> => {
    requireTrust();
    const chosen = await askForCall(workbench, target, refusal);
    if (!chosen) return;
    try {
      await runner.run(chosen);
    } catch (error) {
      const what = asProblem(error);
      // A call that does not fit is mended where it was typed.
      if (what.reason.startsWith('call-')) await runWith(chosen, what);
      else explain(what, chosen);
    }
  };

  /** The target behind a lens or a row; the user is asked where there is neither. */
  const targetOf = async (from: RunTarget | TreeElement | undefined, placeholder: string): Promise<RunTarget | undefined> => {
    if (isRunTarget(from)) return from;
    const subject = from?.row.subject;
    if (subject?.kind === 'task' && subject.source) return targetOfTask(subject.source);
    if (subject?.kind === 'task') return targetOfCall(subject.name, null, identityKey({ environment: LOCAL, app: null, name: subject.name }), `${shortName(subject.name)}()`, '');
    if (subject?.kind === 'run') return targetOfRun(workbench, subject.run);
    return pickTask(workbench, placeholder);
  };

  disposables.add(registerCommand('celery.run.call', guarded(log, async from => {
    const target = await targetOf(from, t('Task to run'));
    if (target) await run(target);
  })));
  disposables.add(registerCommand('celery.run.with', guarded(log, async from => {
    const target = await targetOf(from, t('Task to run'));
    if (target) await runWith(target);
  })));
  disposables.add(registerCommand('celery.run.task', guarded(log, async () => {
    const target = await pickTask(workbench, t('Task to run'));
    if (target) await runWith(target);
  })));
  disposables.add(registerCommand('celery.run.repeat', guarded(log, async () => {
    const last = runner.last();
    if (last) await run(last);
    else await runCommand('celery.run.task');
  })));
  disposables.add(registerCommand('celery.run.cancel', token => runner.cancel(token)));
  disposables.add(registerCommand('celery.run.explain', guarded(log, key => {
    const attempt = runner.attempt(key);
    if (attempt?.kind === 'refused') explain(attempt.problem, attempt.target);
  })));
  disposables.add(registerCommand('celery.task.copyPython', guarded(log, async from => {
    const target = await targetOf(from, t('Task to copy'));
    if (!target) return;
    await vscode.env.clipboard.writeText(pythonOf(target));
    vscode.window.setStatusBarMessage(t('Copied {0}', target.title), 3_000);
  })));
  disposables.add(registerCommand('celery.task.saveSample', guarded(log, async from => {
    const target = await targetOf(from, t('Task to keep a sample of'));
    if (target) await keepSample(workbench, target);
  })));
  disposables.add(registerCommand('celery.task.explainUnregistered', guarded(log, async name => {
    const app = workbench.agent.projection.facts.app;
    const task = source.findTask(name);
    await vscode.window.showWarningMessage(t('The worker does not know {0}', name), {
      modal: true,
      detail: t('{0} was imported and registers {1} tasks, but not this one. Is its module {2} in `include`, in `autodiscover_tasks` or imported by the app?', app?.app ?? '', app?.tasks.length ?? 0, task?.module ?? ''),
    });
  })));
  return disposables;
}

/** Python that sends the target, with the import it needs. */
export function pythonOf(target: RunTarget): string {
  if (target.expression !== null) return `${target.expression}.apply_async()`;
  const call = target.call ?? `${target.title}()`;
  const name = call.slice(0, call.indexOf('('));
  const line = sendingCode({ call, options: target.options });
  return target.module ? `from ${target.module} import ${name}\n\n${line}\n` : `${line}\n`;
}

