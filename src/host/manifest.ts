import * as vscode from 'vscode';
import type { RunTarget } from './run/target';
import type { TreeElement } from './tree/element';

/** What a command takes: from a lens or our own code, from a row of a tree, or nothing (palette, welcome views). */
export interface CommandArguments {
  'celery.run.call': [RunTarget | TreeElement];
  'celery.run.with': [(RunTarget | TreeElement)?];
  'celery.run.task': [];
  'celery.run.repeat': [];
  'celery.run.again': [TreeElement?];
  'celery.run.cancel': [string?];
  'celery.run.explain': [string];
  'celery.run.revoke': [TreeElement?];
  'celery.run.terminate': [TreeElement?];
  'celery.run.clear': [];
  'celery.run.groupByState': [];
  'celery.run.listByTime': [];
  'celery.task.copyPython': [(RunTarget | TreeElement)?];
  'celery.task.saveSample': [(RunTarget | TreeElement)?];
  'celery.task.open': [TreeElement?];
  'celery.task.explainUnregistered': [string];
  'celery.schedule.runNow': [TreeElement?];
  'celery.schedule.open': [TreeElement?];
  'celery.service.start': [TreeElement?];
  'celery.service.stop': [TreeElement?];
  'celery.service.restart': [TreeElement?];
  'celery.service.log': [TreeElement?];
  'celery.queue.messages': [TreeElement?];
  'celery.queue.purge': [TreeElement?];
  'celery.settings.edit': [TreeElement?];
  'celery.status.menu': [];
  'celery.settings.selectInterpreter': [];
  'celery.log.show': [];
  'celery.agent.restart': [];
  'celery.server.restart': [];
  'celery.monitor.open': [({ readonly tab?: 'runs' | 'schedules'; readonly run?: string; readonly task?: string } | TreeElement)?];
}
type CommandId = keyof CommandArguments;

/** Registers a command; the handler's arguments are what {@link CommandArguments} says. */
export function registerCommand<C extends CommandId>(id: C, handler: (...args: CommandArguments[C]) => unknown): vscode.Disposable {
  return vscode.commands.registerCommand(id, handler as (...args: unknown[]) => unknown);
}

/** A command for a lens, a row or a status bar item. */
export function command<C extends CommandId>(id: C, title: string, ...args: CommandArguments[C]): vscode.Command {
  return { command: id, title, arguments: args };
}

export async function runCommand<C extends CommandId>(id: C, ...args: CommandArguments[C]): Promise<void> {
  await vscode.commands.executeCommand(id, ...args);
}

/** Context keys for `when` clauses. */
export interface ContextKeys {
  /** Why the views are empty, or `ready`. */
  'celery.availability': Availability;
  /** Celery is used in this workspace. */
  'celery.found': boolean;
  /** A run is being prepared. */
  'celery.preparing': boolean;
  /** The Runs view is grouped by state. */
  'celery.runsByState': boolean;
}

/** `indexing`: not known yet. The order is the order in which reasons are told. */
export type Availability = 'no-folder' | 'indexing' | 'server-down' | 'no-celery' | 'untrusted' | 'agent-down' | 'no-python' | 'no-celery-installed' | 'ready';

const lastContext = new Map<string, unknown>();

/** Sets a context key; the editor is told only of changes. */
export function setContext<K extends keyof ContextKeys>(key: K, value: ContextKeys[K]): void {
  if (lastContext.get(key) === value) return;
  lastContext.set(key, value);
  void vscode.commands.executeCommand('setContext', key, value);
}

/** Settings under `celery.`; defaults live in package.json alone. */
export interface Settings {
  app: string;
  directory: string;
  python: string;
  envFile: string;
  env: Readonly<Record<string, string>>;
  'worker.queues': readonly string[];
  'worker.pool': '' | 'prefork' | 'threads' | 'gevent' | 'eventlet';
  'worker.concurrency': number | null;
  'worker.logLevel': 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR';
  'lenses.enabled': boolean;
  // The language server asks for these itself.
  'lint.preset': 'recommended' | 'strict' | 'off';
  'lint.severity': Readonly<Record<string, 'error' | 'warning' | 'info' | 'hint' | 'off'>>;
  'lint.taskDecorators': readonly string[];
}
export type SettingId = keyof Settings;

export function setting<K extends SettingId>(key: K, scope?: vscode.Uri): Settings[K] {
  // The manifest has a default for each, and a test proves it.
  return vscode.workspace.getConfiguration('celery', scope ?? null).get(key) as Settings[K];
}

export async function writeSetting<K extends SettingId>(key: K, value: Settings[K] | undefined, scope: vscode.Uri): Promise<void> {
  const several = (vscode.workspace.workspaceFolders?.length ?? 0) > 1;
  await vscode.workspace.getConfiguration('celery', scope).update(key, value, several ? vscode.ConfigurationTarget.WorkspaceFolder : vscode.ConfigurationTarget.Workspace);
}
