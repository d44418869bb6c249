import * as vscode from 'vscode';
import { identityKey } from '../../shared/identity';
import type { Run } from '../../shared/run';
import type { Location, SourceTask } from '../../shared/source';
import type { AgentClient } from '../agentClient/agentClient';
import { Disposables, type Disposable } from '../lifecycle';
import { t } from '../l10n';
import { command, setting } from '../manifest';
import type { Attempt, Runner } from '../run/runner';
import { runTime } from '../run/present';
import { targetOfSample, targetOfTask, type RunTarget } from '../run/target';
import type { Workbench } from '../workbench';
import { LensClicks } from './clicks';
import { canvasTitle, isUnregistered, preparingTitle, refusedTitle, runTitle, stateTitle, unregisteredTitle } from './titles';

/** A lens whose text is made when it is shown. */
class TaskLens extends vscode.CodeLens {
  constructor(range: vscode.Range, readonly title: () => vscode.Command) {
    super(range);
  }
}

export function register({ agent, source, runner }: Workbench): Disposable {
  const disposables = new Disposables();
  const changed = disposables.add(new vscode.EventEmitter<void>());
  const clicks = disposables.add(new LensClicks());
  const provider: vscode.CodeLensProvider<TaskLens> = {
    onDidChangeCodeLenses: changed.event,
    async provideCodeLenses(document) {
      if (!setting('lenses.enabled', document.uri)) return [];
      const { tasks, samples } = await source.document(document).catch(() => ({ tasks: [], samples: [] }));
      return [
        ...tasks.flatMap(task => lensesOfTask(task, agent, runner)),
        // The signature stands right below: only what can be done with it is said.
        ...samples.flatMap(sample => lensesOfTarget(targetOfSample(sample, document.uri.fsPath), t('Run'), firstLine(sample.location), undefined, runner)),
      ];
    },
    resolveCodeLens(lens) {
      lens.command = clicks.of(lens.title());
      return lens;
    },
  };
  disposables.add(vscode.languages.registerCodeLensProvider({ language: 'python', scheme: 'file' }, provider));

  const refresh = (): void => changed.fire();
  disposables.add(source.onDidChange(refresh));
  disposables.add(runner.onDidChange(refresh));
  disposables.add(agent.onDidChange(({ last, facts }) => {
    if (last || facts?.has('app')) refresh();
  }));
  disposables.add(vscode.workspace.onDidChangeConfiguration(event => {
    if (event.affectsConfiguration('celery.lenses')) refresh();
  }));
  return disposables;
}

function lensesOfTask(task: SourceTask, agent: AgentClient, runner: Runner): TaskLens[] {
  const range = firstLine(task.location);
  const { last, facts } = agent.projection;
  const target = targetOfTask(task);
  const lenses = lensesOfTarget(target, target.title, range, last[identityKey(task.identity)], runner);
  lenses.splice(1, 0, new TaskLens(range, () => command('celery.run.with', t('Run with…'), target)));
  if (isUnregistered(task.identity.name, facts.app)) lenses.push(new TaskLens(range, () => command('celery.task.explainUnregistered', unregisteredTitle(), task.identity.name)));
  return lenses;
}

function lensesOfTarget(target: RunTarget, title: string, range: vscode.Range, last: Run | undefined, runner: Runner): TaskLens[] {
  const lenses = [new TaskLens(range, () => ({ ...command('celery.run.call', runTitle(title), target), tooltip: t('Send {0} to the local worker', target.title) }))];
  const state = stateOf(runner.attempt(target.key), last);
  if (state) lenses.push(new TaskLens(range, () => state));
  return lenses;
}

/** What is said of the last run: an attempt that is newer than the last known run comes first. */
function stateOf(attempt: Attempt | undefined, last: Run | undefined): vscode.Command | null {
  if (attempt?.kind === 'preparing') return { ...command('celery.run.cancel', preparingTitle(attempt.text), attempt.token), tooltip: t('Click to cancel') };
  if (attempt?.kind === 'refused' && (!last || runTime(last) < attempt.at)) return { ...command('celery.run.explain', refusedTitle(attempt.problem.message), attempt.target.key), tooltip: t('Click for what can be done') };
  if (attempt?.kind === 'sent' && last?.id !== attempt.receipt.id && (!last || runTime(last) < attempt.at)) {
    const { receipt, runs } = attempt;
    return openRun(receipt.id, canvasTitle(receipt.ids, runs), receipt.notes);
  }
  return last ? openRun(last.id, stateTitle(last), attempt?.kind === 'sent' && attempt.receipt.id === last.id ? attempt.receipt.notes : []) : null;
}

function openRun(id: string, title: string, notes: readonly string[]): vscode.Command {
  return { ...command('celery.monitor.open', title, { run: id }), tooltip: [...notes, t('Open this run in the Monitor')].join('\n') };
}

/** Above the decorators, which belong to the function below them. */
function firstLine({ range: { start } }: Location): vscode.Range {
  return new vscode.Range(start.line, start.character, start.line, start.character);
}
