import path from 'node:path';
import * as vscode from 'vscode';
import { agentAddress, agentKey } from './host/agentClient/address';
import { AgentClient } from './host/agentClient/agentClient';
import * as availability from './host/availability';
import { useTranslations } from './host/l10n';
import { ProjectSource } from './host/languageClient/projectSource';
import * as lenses from './host/lenses/register';
import { Disposables } from './host/lifecycle';
import { registerCommand } from './host/manifest';
import * as tellRuntime from './host/languageClient/tellRuntime';
import { ServiceLogs } from './host/log/serviceLogs';
import * as monitor from './host/monitor/register';
import * as queues from './host/queues/register';
import { Confirmations } from './host/run/confirmations';
import * as run from './host/run/register';
import { Runner } from './host/run/runner';
import * as runs from './host/runs/register';
import * as schedules from './host/schedules/register';
import * as services from './host/services/register';
import * as settings from './host/settings/register';
import { ExpectedInterpreter } from './host/settings/expectedInterpreter';
import { ChosenInterpreter } from './host/settings/interpreter';
import { Project } from './host/settings/project';
import * as status from './host/status/register';
import * as tasks from './host/tasks/register';
import type { Workbench } from './host/workbench';

const FEATURES = [availability, tellRuntime, lenses, run, services, tasks, queues, runs, schedules, settings, status, monitor];

let workbench: Workbench | null = null;

/** Wires the parts together; starts nothing. The language server comes after it, the agent on first need. */
export function activate(context: vscode.ExtensionContext): Workbench {
  useTranslations((message, ...args) => vscode.l10n.t(message, ...args));
  const log = vscode.window.createOutputChannel('Celery', { log: true });
  const dist = path.join(context.extensionPath, 'dist');
  const key = agentKey((vscode.workspace.workspaceFile ?? vscode.workspace.workspaceFolders?.[0]?.uri)?.toString() ?? '', String((context.extension.packageJSON as { version: unknown }).version));
  const storage = (context.storageUri ?? context.globalStorageUri).fsPath;
  const agent = new AgentClient({
    script: path.join(dist, 'agent.js'),
    key,
    address: () => agentAddress(key, process.platform, process.env, process.getuid?.() ?? 0),
    storage: { global: context.globalStorageUri.fsPath, workspace: storage },
    logFile: path.join(storage, 'agent.log'),
    trusted: () => vscode.workspace.isTrusted,
    log,
  });
  const source = new ProjectSource({ bundle: './languageClient', script: path.join(dist, 'server.js'), wasm: dist, output: log });
  const chosen = new ChosenInterpreter(log);
  const project = new Project(source, agent, chosen);
  const interpreter = new ExpectedInterpreter(agent, project, log);
  const confirmations = new Confirmations(context.workspaceState);
  const runner = new Runner(agent, project, confirmations, context.workspaceState);
  const logs = new ServiceLogs(agent);
  workbench = { context, log, agent, source, project, interpreter, runner, confirmations, logs };

  const disposables = new Disposables();
  for (const part of [log, agent, source, chosen, project, interpreter, runner, logs]) disposables.add(part);
  for (const feature of FEATURES) disposables.add(feature.register(workbench));
  disposables.add(registerCommand('celery.log.show', () => log.show()));
  const after = setTimeout(() => {
    source.start();
    agent.join().catch((error: unknown) => log.warn(`The agent of this workspace could not be joined: ${String(error)}`));
  });
  disposables.add({ dispose: () => clearTimeout(after) });
  context.subscriptions.push(disposables);
  return workbench;
}

export async function deactivate(): Promise<void> {
  await workbench?.source.stop();
  workbench = null;
}
