import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import * as vscode from 'vscode';
import type { AgentState } from '../../src/host/agentClient/agentClient';
import { targetOfTask, type RunTarget } from '../../src/host/run/target';
import type { Workbench } from '../../src/host/workbench';
import { isFinal, type Run } from '../../src/shared/run';
import { until } from '../harness/until';

const extension = vscode.extensions.getExtension<Workbench>('celery-workbench.celery-workbench')!;
let workbench: Workbench;

const WHO_AM_I = 'shop.tasks.who_am_i';

const folder = (): vscode.Uri => vscode.workspace.workspaceFolders![0]!.uri;
const file = (name: string): vscode.Uri => vscode.Uri.joinPath(folder(), name);

async function allLenses(uri: vscode.Uri): Promise<vscode.CodeLens[]> {
  await vscode.workspace.openTextDocument(uri);
  return vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 100);
}

/** Lenses of a file as text, a line a place: `10: ▷ add(1, 1) | Run with…`. */
async function lenses(uri: vscode.Uri): Promise<string[]> {
  const found = (await allLenses(uri)).filter(lens => lens.command?.command.startsWith('_celery.lens.'));
  const lines = new Map<number, string[]>();
  for (const lens of found) lines.set(lens.range.start.line, [...(lines.get(lens.range.start.line) ?? []), lens.command!.title.replaceAll('\u00a0', ' ')]);
  return [...lines].sort(([a], [b]) => a - b).map(([line, titles]) => `${line + 1}: ${titles.join(' | ')}`);
}

async function lensCommand(uri: vscode.Uri, title: RegExp): Promise<vscode.Command> {
  return until(`a lens says ${String(title)}`, async () => {
    const all = await allLenses(uri);
    const found = all.find(lens => title.test(lens.command?.title ?? ''))?.command;
    if (!found) throw new Error(`they say ${JSON.stringify(await lenses(uri))}`);
    return found;
  });
}

/** Clicks a lens and waits for the run that it sends to end. */
async function click(uri: vscode.Uri, title: RegExp, task: string): Promise<Run> {
  const { command } = await lensCommand(uri, title);
  await vscode.commands.executeCommand(command);
  const { key } = targetOfTask(workbench.source.findTask(task)!);
  return until<Run>(`${String(title)} has run`, () => {
    const attempt = workbench.runner.attempt(key);
    const run = attempt?.kind === 'sent' ? attempt.runs[attempt.receipt.id] : undefined;
    if (!run || !isFinal(run.state)) throw new Error(JSON.stringify(attempt));
    return Promise.resolve(run);
  }, 60);
}

/** Process ids of children with `script` in their command line. */
function processes(script: string): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.filter(line => line.includes(path.join(extension.extensionPath, 'dist', script))).map(line => Number.parseInt(line, 10));
}

function nextState(kind: AgentState['kind']): Promise<void> {
  return new Promise(resolve => {
    const listening = workbench.agent.onDidChangeState(state => {
      if (state.kind !== kind) return;
      listening.dispose();
      resolve();
    });
  });
}

describe('the host in VS Code', function () {
  this.timeout(180_000);

  before(async () => {
    await vscode.window.showTextDocument(file('shop/tasks.py'));
    workbench = await extension.activate();
    await until('the source was read', () => Promise.resolve(!workbench.source.project.indexing));
  });

  it('knows the project before anything runs', () => {
    assert.equal(workbench.project.current?.app, 'shop.celery_app:app');
    assert.equal(workbench.project.current?.directory, folder().fsPath);
  });

  it('puts lenses above the decorators of tasks, and nowhere else', async () => {
    assert.deepEqual(await lenses(file('shop/tasks.py')), ['10: $(play) add(2, 3) | Run with…', '16: $(play) who_am_i() | Run with…', '22: $(play) clean_carts(older_than_hours=24) | Run with…']);
    assert.deepEqual(await lenses(file('shop/store.py')), []);
  });

  it('has none where they are switched off', async () => {
    const settings = vscode.workspace.getConfiguration('celery');
    await settings.update('lenses.enabled', false, vscode.ConfigurationTarget.Workspace);
    assert.deepEqual(await lenses(file('shop/tasks.py')), []);
    await settings.update('lenses.enabled', undefined, vscode.ConfigurationTarget.Workspace);
  });

  it('runs a task from its lens, which says how it ended', async () => {
    const run = await click(file('shop/tasks.py'), /who_am_i\(\)/, WHO_AM_I);
    assert.equal(run.state, 'SUCCESS');
    assert.match(run.outcome ?? '', new RegExp(run.id));
    const { command } = await lensCommand(file('shop/tasks.py'), /SUCCESS/);
    await vscode.commands.executeCommand(command);
    await until('the Monitor is open', () => Promise.resolve(vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(({ label }) => label === 'Celery Monitor'))));
    await vscode.window.showTextDocument(file('shop/tasks.py'));
  });

  it('saves what was edited before it runs, and runs the new code', async () => {
    const document = await vscode.workspace.openTextDocument(file('shop/tasks.py'));
    const line = document.getText().split('\n').findIndex(text => text.includes("return {'id'"));
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, document.lineAt(line).range, "    return 'edited'");
    await vscode.workspace.applyEdit(edit);
    assert.equal(document.isDirty, true);
    const run = await click(document.uri, /who_am_i\(\)/, WHO_AM_I);
    assert.equal(document.isDirty, false);
    assert.equal(run.outcome, "'edited'");
  });

  it('does not send what the serializer refuses, and says so at the lens', async () => {
    const task = workbench.source.findTask('shop.tasks.clean_carts')!;
    const target: RunTarget = { key: 'local\nshop.tasks.clean_carts', title: 'clean_carts(object())', task: task.identity.name, module: task.module, call: 'clean_carts(object())', options: '', expression: null, guessed: [] };
    const before = Object.keys(workbench.agent.projection.runs).length;
    await vscode.commands.executeCommand('celery.run.call', target);
    const refused = await lensCommand(file('shop/tasks.py'), /not sent/);
    assert.match(refused.title, /serializable/);
    assert.equal(Object.keys(workbench.agent.projection.runs).length, before);
  });

  it('keeps a setting of the worker in the workspace and tells the agent', async () => {
    const changed = new Promise(resolve => workbench.project.onDidChange(resolve));
    await vscode.workspace.getConfiguration('celery').update('worker.concurrency', 1, vscode.ConfigurationTarget.Workspace);
    await changed;
    assert.equal(workbench.project.current?.concurrency, 1);
    await vscode.workspace.getConfiguration('celery').update('worker.concurrency', undefined, vscode.ConfigurationTarget.Workspace);
  });

  it('has a language server again after it was killed', async () => {
    const [server] = processes('server.js');
    assert.ok(server, 'there is no server');
    const again = until('another server runs', () => Promise.resolve(processes('server.js').some(pid => pid !== server)));
    process.kill(server, 'SIGKILL');
    await again;
    await lensCommand(file('shop/orders.py'), /refund/);
  });

  it('has an agent again after it was killed, and runs on', async () => {
    const [agent] = processes('agent.js');
    assert.ok(agent, 'there is no agent');
    const [down, up] = [nextState('connecting'), nextState('ready')];
    process.kill(agent, 'SIGKILL');
    await down;
    assert.deepEqual(workbench.agent.projection.runs, {});
    await up;
    assert.equal((await click(file('shop/tasks.py'), /who_am_i\(\)/, WHO_AM_I)).state, 'SUCCESS');
  });
});
