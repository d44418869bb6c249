import * as vscode from 'vscode';
import { problem, ProblemError, type Problem } from '../shared/problem';
import { maskSecrets } from '../shared/redact';
import { t } from './l10n';
import { runCommand } from './manifest';

export function asProblem(error: unknown): Problem {
  return error instanceof ProblemError ? error.problem : problem('internal', maskSecrets(error instanceof Error ? error.message : String(error)));
}

/** What happened and what to do next, as one text. */
export function problemText({ message, advice }: Problem): string {
  const sentence = /[.!?]$/.test(message) ? message : `${message}.`;
  if (!advice) return sentence;
  return `${sentence} ${/[.!?]$/.test(advice) ? advice : `${advice}.`}`;
}

export function untrusted(): Problem {
  return problem('untrusted', t('This folder is not trusted, so nothing is run'), { advice: t('Trust the workspace to run tasks') });
}

/** Rejects with `untrusted` in Restricted Mode: menus hide what runs something, and this holds where they are passed by. */
export function requireTrust(): void {
  if (!vscode.workspace.isTrusted) throw new ProblemError(untrusted());
}

export interface ProblemAction {
  readonly title: string;
  readonly run: () => unknown;
}

/** Tells the user of a problem that answers something that the user did. `cancelled` is not worth telling. */
export async function showProblem(what: Problem, log: vscode.LogOutputChannel, actions: readonly ProblemAction[] = []): Promise<void> {
  if (what.reason === 'cancelled') return;
  log.warn(`${what.reason}: ${problemText(what)}`);
  for (const line of what.log) log.warn(`  ${line}`);
  const all = [...standardActions(what), ...actions];
  const answer = await vscode.window.showErrorMessage(problemText(what), ...all.map(action => action.title));
  await all.find(action => action.title === answer)?.run();
}

function standardActions(what: Problem): ProblemAction[] {
  const actions: ProblemAction[] = [];
  const { place } = what;
  if (place) actions.push({ title: t('Open File'), run: () => openPlace(place.file, place.line, place.column) });
  if (what.reason === 'untrusted') actions.push({ title: t('Manage Trust'), run: () => vscode.commands.executeCommand('workbench.trust.manage') });
  if (what.reason === 'no-python' || what.reason === 'no-celery' || what.reason === 'missing-module') actions.push({ title: t('Select Interpreter'), run: () => runCommand('celery.settings.selectInterpreter') });
  if (what.reason === 'no-app') actions.push({ title: t('Worker Settings'), run: () => runCommand('celery.settings.edit') });
  if (what.log.length > 0 || what.reason === 'internal') actions.push({ title: t('Show Log'), run: () => runCommand('celery.log.show') });
  return actions;
}

/** Opens a file at a place; line and column from 0. Without a group of editors it is the active one. */
export async function openPlace(file: string | vscode.Uri, line: number, column = 0, group?: vscode.ViewColumn): Promise<void> {
  const position = new vscode.Position(Math.max(0, line), Math.max(0, column));
  await vscode.window.showTextDocument(typeof file === 'string' ? vscode.Uri.file(file) : file, { selection: new vscode.Range(position, position), ...(group === undefined ? {} : { viewColumn: group }) });
}

/** Wraps a command's handler: what goes wrong is told to the user, not to the console. */
export function guarded<A extends unknown[]>(log: vscode.LogOutputChannel, handler: (...args: A) => unknown): (...args: A) => Promise<void> {
  return async (...args) => {
    try {
      await handler(...args);
    } catch (error) {
      void showProblem(asProblem(error), log);
    }
  };
}
