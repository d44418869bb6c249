import * as vscode from 'vscode';
import { identityKey } from '../../shared/identity';
import type { MonitorOverview, MonitorSchedule } from '../../shared/monitorProtocol';
import { problem, ProblemError, type Problem } from '../../shared/problem';
import type { RunDetails, RunPage, RunQuery } from '../../shared/run';
import type { Service, ServiceKind } from '../../shared/service';
import type { SourceSchedule } from '../../shared/source';
import { Disposables, Emitter, type Disposable } from '../lifecycle';
import { t } from '../l10n';
import { openPlace } from '../problems';
import { runAgain } from '../run/again';
import { targetOfSchedule } from '../run/target';
import { startService } from '../services/actions';
import { openTask } from '../tasks/openTask';
import type { Workbench } from '../workbench';
import type { MonitorSource } from './source';

const KINDS: readonly ServiceKind[] = ['broker', 'worker', 'beat'];
const NO_RUNS: RunPage = { revision: 0, total: 0, offset: 0, anchor: null, counts: {}, rows: [] };
const STATUS_MS = 6_000;

/** What the Monitor shows, from the agent and from the source. */
export class WorkbenchSource implements MonitorSource, Disposable {
  private readonly disposables = new Disposables();
  private readonly changeEmitter = this.disposables.add(new Emitter<void>());
  private readonly scheduleEmitter = this.disposables.add(new Emitter<void>());
  readonly onDidChange = this.changeEmitter.event;
  readonly onDidChangeSchedules = this.scheduleEmitter.event;
  private revision = 0;

  constructor(private readonly workbench: Workbench) {
    const { agent, source } = workbench;
    this.disposables.add(agent.onDidChange(({ runs, last, facts, services }) => {
      if (runs || last || facts?.has('counts')) this.revision++;
      if (runs || last || facts || services) this.changeEmitter.fire();
      if (last || facts?.has('app')) this.scheduleEmitter.fire();
    }));
    this.disposables.add(agent.onDidChangeState(() => this.changeEmitter.fire()));
    this.disposables.add(source.onDidChange(() => {
      this.changeEmitter.fire();
      this.scheduleEmitter.fire();
    }));
    this.disposables.add(vscode.workspace.onDidGrantWorkspaceTrust(() => {
      this.revision++;
      this.changeEmitter.fire();
    }));
  }

  dispose(): void {
    this.disposables.dispose();
  }

  overview(): MonitorOverview {
    const { services, facts } = this.workbench.agent.projection;
    return { revision: this.revision, counts: facts.counts ?? {}, services: KINDS.map(kind => services[kind]).filter(service => service !== undefined), problem: this.problem(Object.values(services)) };
  }

  async query(query: RunQuery): Promise<RunPage> {
    // Looking must not be refused: the overview says why there is nothing to see.
    if (!vscode.workspace.isTrusted) return NO_RUNS;
    return this.workbench.agent.request('run/query', query);
  }

  async details(id: string): Promise<RunDetails | null> {
    if (!vscode.workspace.isTrusted) return null;
    return this.workbench.agent.request('run/details', { id });
  }

  taskNames(): readonly string[] {
    return Object.values(this.workbench.agent.projection.last).map(run => run.identity.name).filter(name => name !== '');
  }

  schedules(): Promise<readonly MonitorSchedule[]> {
    const { source, agent } = this.workbench;
    const { schedules, tasks } = source.project;
    const now = Date.now();
    if (schedules.some(({ next }) => next.length > 0 && next.every(at => at <= now))) source.refresh();
    const known = new Set([...tasks.map(task => task.identity.name), ...(agent.projection.facts.app?.tasks ?? []).map(task => task.name)]);
    return Promise.resolve(schedules.map(schedule => ({ schedule, found: known.has(schedule.task.name), last: agent.projection.last[identityKey(schedule.task)] ?? null })));
  }

  async openFrame(file: string, line: number): Promise<void> {
    const uri = vscode.Uri.file(file);
    const found = await vscode.workspace.fs.stat(uri).then(() => true, () => false);
    if (!found) throw new ProblemError(problem('unsupported', t('{0} is not on this machine', file), { advice: t('The task ran on another machine, or from another folder') }));
    await openPlace(uri, line - 1, 0, besideActive());
  }

  openTask(name: string): Promise<void> {
    return openTask(this.workbench, name, undefined, besideActive());
  }

  async openSchedule(uri: string, key: string): Promise<void> {
    const { range } = this.schedule(uri, key).location;
    await openPlace(vscode.Uri.parse(uri), range.start.line, range.start.character, besideActive());
  }

  async runSchedule(uri: string, key: string): Promise<string | null> {
    const schedule = this.schedule(uri, key);
    const target = targetOfSchedule(schedule, this.workbench.source.findTask(schedule.task.name));
    if (!target) throw new ProblemError(problem('unsupported', t('The arguments of {0} are not constant in the source', key), { advice: t('Run its task with arguments of your own') }));
    const receipt = await this.workbench.runner.run(target);
    return receipt?.id ?? null;
  }

  runAgain(id: string): Promise<string | null> {
    return runAgain(this.workbench, id);
  }

  async revoke(id: string, terminate: boolean): Promise<void> {
    const { text } = await this.workbench.agent.request('run/revoke', { id, terminate });
    vscode.window.setStatusBarMessage(text, STATUS_MS);
  }

  startService(id: ServiceKind): Promise<void> {
    return startService(this.workbench, id);
  }

  showLog(id: ServiceKind): Promise<void> {
    this.workbench.logs.show(id);
    return Promise.resolve();
  }

  private schedule(uri: string, key: string): SourceSchedule {
    const schedule = this.workbench.source.project.schedules.find(each => each.key === key && each.location.uri === uri);
    if (!schedule) throw new ProblemError(problem('unsupported', t('{0} is not in the source any more', key)));
    return schedule;
  }

  /** Why nothing can be run; silent while something runs all the same. */
  private problem(services: readonly Service[]): Problem | null {
    const { agent, source } = this.workbench;
    if (!vscode.workspace.isTrusted) return problem('untrusted', t('This folder is not trusted, so nothing is run'), { advice: t('Trust the workspace to run tasks') });
    if (agent.state.kind === 'failed') return agent.state.problem;
    if (!source.project.indexing && !source.project.usesCelery) return problem('no-app', t('No Celery was found in this folder'), { advice: t('Open a folder whose Python files import Celery') });
    return services.some(({ state }) => state === 'running') ? null : (agent.projection.facts.problem ?? null);
  }
}

/** The Monitor keeps its place: what it opens goes to another group of editors, a new one if there is none. */
function besideActive(): vscode.ViewColumn {
  const { all, activeTabGroup } = vscode.window.tabGroups;
  return all.find(group => group !== activeTabGroup)?.viewColumn ?? vscode.ViewColumn.Beside;
}
