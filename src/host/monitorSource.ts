import * as vscode from 'vscode';
import type { MonitorOverview, MonitorTarget } from '../shared/monitorProtocol';
import { problem } from '../shared/problem';
import { Disposables, type Disposable } from './lifecycle';
import { t } from './l10n';
import { registerCommand } from './manifest';
import { registerMonitor } from './monitor/register';
import type { MonitorSource } from './monitor/source';
import { openPlace } from './problems';
import { runAgain } from './run/again';
import { startService } from './services/actions';
import { openTask } from './tasks/openTask';
import type { TreeElement } from './tree/element';
import type { Workbench } from './workbench';

/** Opens the Monitor, and answers it with what the agent and the source say. */
export function register(workbench: Workbench): Disposable {
  const disposables = new Disposables();
  const monitor = disposables.add(registerMonitor(workbench.context.extensionUri, monitorSource(workbench, disposables), workbench.log));
  disposables.add(registerCommand('celery.monitor.open', from => monitor.open(targetOf(from))));
  return disposables;
}

function targetOf(from: Partial<{ tab: MonitorTarget['tab']; run: string; task: string }> | TreeElement | undefined): MonitorTarget {
  if (from && 'row' in from) {
    const { subject } = from.row;
    if (subject.kind === 'run') return { tab: 'runs', select: subject.run.id, task: null };
    if (subject.kind === 'task') return { tab: 'runs', select: null, task: subject.name };
    return { tab: subject.kind === 'schedule' ? 'schedules' : 'runs', select: null, task: null };
  }
  return { tab: from?.tab ?? 'runs', select: from?.run ?? null, task: from?.task ?? null };
}

function monitorSource(workbench: Workbench, disposables: Disposables): MonitorSource {
  const { agent, source, logs } = workbench;
  let revision = 0;
  disposables.add(agent.onDidChange(() => revision++));
  return {
    overview(): MonitorOverview {
      const { facts, services } = agent.projection;
      return { revision, counts: facts.counts ?? {}, services: Object.values(services), problem: problemOf(workbench) };
    },
    query: query => agent.request('run/query', query),
    details: id => agent.request('run/details', { id }),
    taskNames: () => [...new Set(Object.values(agent.projection.last).map(run => run.identity.name))].filter(Boolean),
    schedules: () => Promise.resolve(source.project.schedules),
    openFrame: (file, line) => openPlace(file, line - 1),
    openTask: name => openTask(workbench, name),
    openLocation: (uri, line) => openPlace(vscode.Uri.parse(uri, true), line),
    runAgain: id => runAgain(workbench, id),
    async revoke(id, terminate) {
      const { text } = await agent.request('run/revoke', { id, terminate });
      vscode.window.setStatusBarMessage(text, 6_000);
    },
    startService: id => startService(workbench, id),
    showLog(id) {
      logs.show(id);
      return Promise.resolve();
    },
    onDidChange(listener) {
      const both = new Disposables();
      both.add(agent.onDidChange(listener));
      both.add(agent.onDidChangeState(listener));
      both.add(vscode.workspace.onDidGrantWorkspaceTrust(listener));
      return both;
    },
    onDidChangeSchedules: listener => source.onDidChange(listener),
  };
}

/** Why nothing can be run; the page offers to start services where there is no such reason. */
function problemOf({ agent, source }: Workbench): MonitorOverview['problem'] {
  if (!vscode.workspace.isTrusted) return problem('untrusted', t('This folder is not trusted, so nothing is run'), { advice: t('Trust the workspace to run tasks') });
  if (agent.state.kind === 'failed') return agent.state.problem;
  if (!source.project.indexing && !source.project.usesCelery) return problem('no-app', t('No Celery was found in this folder'), { advice: t('Open a folder whose Python files import Celery') });
  return agent.projection.facts.problem ?? null;
}
