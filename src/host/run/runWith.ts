import * as vscode from 'vscode';
import type { Problem } from '../../shared/problem';
import type { CallRemark } from '../../shared/source';
import { Disposables } from '../lifecycle';
import { t } from '../l10n';
import { problemText } from '../problems';
import type { Workbench } from '../workbench';
import { splitCall } from './callText';
import { CallHistory } from './history';
import { keepSample } from './keepSample';
import { targetOfCall, type RunTarget } from './target';

const CHECK_DELAY_MS = 120;

/**
 * *Run with…*: the whole call and options behind it in one line, checked while it is typed, with the calls of before behind a button.
 * `refusal` is why the same call was refused a moment ago. Undefined where the user gave up.
 */
export async function askForCall(workbench: Workbench, target: RunTarget, refusal?: Problem): Promise<RunTarget | undefined> {
  const name = target.task;
  if (name === null) return target;
  const history = new CallHistory(workbench.context.workspaceState);
  const disposables = new Disposables();
  const input = disposables.add(vscode.window.createInputBox());
  const keep: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('save'), tooltip: t('Keep as a sample') };
  const earlier: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('history'), tooltip: t('Earlier calls') };
  input.title = t('Run {0}', name);
  input.prompt = t('Options may follow the call: {0}', `${splitCall(target.title)?.call ?? target.title}, countdown=5, queue="mail"`);
  input.value = target.title;
  const start = target.title.indexOf('(');
  const end = (splitCall(target.title)?.call.length ?? target.title.length) - 1;
  if (start >= 0 && end > start) input.valueSelection = [start + 1, end];
  input.ignoreFocusOut = true;
  input.buttons = history.of(name).length > 0 ? [earlier, keep] : [keep];
  if (refusal) input.validationMessage = { message: problemText(refusal), severity: vscode.InputBoxValidationSeverity.Error };

  let checked = 0;
  const check = async (): Promise<readonly CallRemark[]> => {
    const number = ++checked;
    const { value } = input;
    const remarks = await workbench.source.checkCall(name, value);
    if (number === checked) input.validationMessage = messageOf(value, remarks);
    return remarks;
  };
  let timer: NodeJS.Timeout | undefined;
  disposables.add({ dispose: () => clearTimeout(timer) });
  disposables.add(input.onDidChangeValue(() => {
    clearTimeout(timer);
    timer = setTimeout(() => void check(), CHECK_DELAY_MS);
  }));

  try {
    return await new Promise<RunTarget | undefined>(resolve => {
      let choosing = false;
      const parsed = (): RunTarget | undefined => {
        const parts = splitCall(input.value);
        if (parts) return targetOfCall(name, target.module, target.key, parts.call, parts.options);
        input.validationMessage = messageOf(input.value, []);
        return undefined;
      };
      const accept = async (): Promise<void> => {
        input.busy = true;
        const remarks = await check();
        input.busy = false;
        const chosen = parsed();
        if (!chosen || remarks.some(remark => remark.severity === 'error')) return;
        await history.add(name, input.value.trim());
        resolve(chosen);
        input.hide();
      };
      disposables.add(input.onDidAccept(() => void accept()));
      disposables.add(input.onDidTriggerButton(async button => {
        choosing = true;
        if (button === keep) {
          const chosen = parsed();
          choosing = false;
          if (chosen) await keepSample(workbench, chosen).then(() => input.hide());
          return;
        }
        const call = await vscode.window.showQuickPick(history.of(name), { title: t('Earlier calls of {0}', name), placeHolder: t('Choose one to edit or run it') });
        if (call !== undefined) {
          input.value = call;
          input.valueSelection = [call.length, call.length];
        }
        choosing = false;
        input.show();
        await check();
      }));
      disposables.add(input.onDidHide(() => {
        if (!choosing) resolve(undefined);
      }));
      input.show();
      if (!refusal) void check();
    });
  } finally {
    disposables.dispose();
  }
}

/** The worst remark with the text it is about; a call that is not complete yet says so. */
function messageOf(value: string, remarks: readonly CallRemark[]): vscode.InputBoxValidationMessage | undefined {
  const worst = remarks.find(remark => remark.severity === 'error') ?? remarks[0];
  if (worst) {
    const about = value.slice(worst.start, worst.end).trim();
    const severity = worst.severity === 'error' ? vscode.InputBoxValidationSeverity.Error : vscode.InputBoxValidationSeverity.Warning;
    return { message: about && about !== value.trim() ? `${about}: ${worst.message}` : worst.message, severity };
  }
  return splitCall(value) ? undefined : { message: t('The call is not complete: a bracket or a string is still open'), severity: vscode.InputBoxValidationSeverity.Error };
}
