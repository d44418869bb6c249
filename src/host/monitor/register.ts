import * as vscode from 'vscode';
import type { MonitorTarget } from '../../shared/monitorProtocol';
import { Disposables, type Disposable } from '../lifecycle';
import { registerCommand, type CommandArguments } from '../manifest';
import { guarded } from '../problems';
import type { Workbench } from '../workbench';
import { MonitorPanel, monitorViewType } from './panel';
import { WorkbenchSource } from './workbenchSource';

/** The Monitor: an editor tab with all runs and schedules. It survives a reload of the window. */
export function register(workbench: Workbench): Disposable {
  const { context, log } = workbench;
  const disposables = new Disposables();
  const source = disposables.add(new WorkbenchSource(workbench));
  const monitor = disposables.add(new MonitorPanel(context.extensionUri, source, log));
  disposables.add(vscode.window.registerWebviewPanelSerializer(monitorViewType, {
    deserializeWebviewPanel(panel) {
      monitor.adopt(panel);
      return Promise.resolve();
    },
  }));
  disposables.add(registerCommand('celery.monitor.open', guarded(log, from => monitor.open(targetOf(from)))));
  return disposables;
}

/** From our own code, from a row of a tree, or null from the palette: then the Monitor stays as the user left it. */
function targetOf(from: CommandArguments['celery.monitor.open'][0]): MonitorTarget | null {
  if (!from) return null;
  if (!('row' in from)) return { tab: from.tab ?? 'runs', select: from.run ?? null, task: from.task ?? null };
  const { subject } = from.row;
  switch (subject.kind) {
    case 'run':
      return { tab: 'runs', select: subject.run.id, task: null };
    case 'task':
      return { tab: 'runs', select: null, task: subject.name };
    case 'schedule':
      return { tab: 'schedules', select: null, task: null };
    default:
      return null;
  }
}
