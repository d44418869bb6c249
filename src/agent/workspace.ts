import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { AGENT_PROTOCOL, type AgentNotifications, type AgentStorage, type Consent, type ProjectSettings } from '../shared/agentProtocol';
import { identityKey, LOCAL } from '../shared/identity';
import { problem, ProblemError } from '../shared/problem';
import type { RunDetails } from '../shared/run';
import type { ServiceKind } from '../shared/service';
import { nodeName } from '../live/process/celery';
import { findInterpreters } from '../live/python/interpreters';
import type { HelperResult } from '../live/python/helper';
import { RunStore } from '../live/runs/store';
import { BrokerService } from './brokerService';
import { CeleryService, workerQueues } from './celeryService';
import { toProblem, type Handlers } from './connection';
import { ImportedApp } from './importedApp';
import { LiveLink } from './liveLink';
import { OwnService } from './ownService';
import { ProjectionStore } from './projection';
import { QueueLook } from './queueLook';
import { Readiness } from './readiness';
import { RunFlow } from './runFlow';
import { withResult } from './helperResult';
import { runLog } from './runLog';

export type Notify = <N extends keyof AgentNotifications>(method: N, params: AgentNotifications[N]) => void;

/** Runs that hosts hold; the Monitor asks for more. */
const NEWEST = 200;
/** Milliseconds between looks at whether source has changed since a worker loaded it. */
const SOURCE_INTERVAL = 2_000;

/** The bundle is `dist/agent.js`; what runs in Python lies beside it. */
const PYTHON = path.join(__dirname, 'python');

/** All that one agent holds: the composition of `live/` for one workspace. */
export class Workspace {
  private settings: ProjectSettings | null = null;
  private storage: AgentStorage | null = null;
  private readonly runs = new RunStore({ environment: LOCAL });
  private readonly projection: ProjectionStore;
  private readonly services: Record<ServiceKind, OwnService>;
  private readonly broker: BrokerService;
  private readonly worker: CeleryService;
  private readonly beat: CeleryService;
  private readonly imported: ImportedApp;
  private readonly link: LiveLink;
  private readonly readiness: Readiness;
  private readonly flow: RunFlow;
  private readonly queueLook: QueueLook;
  /** Ids that changed since the projection was brought up to date. */
  private changedRuns = new Set<string>();
  private queue: Promise<unknown> = Promise.resolve();
  private readonly sourceTimer: NodeJS.Timeout;

  constructor(key: string, notify: Notify) {
    this.projection = new ProjectionStore(patch => notify('state/patch', patch), () => this.projectRuns());
    const events = {
      changed: (service: ReturnType<OwnService['record']>) => this.projection.set('services', service.id, service),
      logged: (id: string, text: string) => notify('service/logged', { id, text }),
    };
    this.services = {
      broker: new OwnService('broker', 'Broker', events),
      worker: new OwnService('worker', 'Worker', events),
      beat: new OwnService('beat', 'Beat', events),
    };
    for (const service of Object.values(this.services)) this.projection.set('services', service.kind, service.record());
    this.broker = new BrokerService(this.services.broker, () => void this.brokerGone());
    this.worker = new CeleryService(this.services.worker);
    this.beat = new CeleryService(this.services.beat);
    this.imported = new ImportedApp({
      key,
      script: path.join(PYTHON, 'helper.py'),
      guardScript: path.join(PYTHON, 'guard.py'),
      log: text => this.services.worker.process.note(text.trimEnd()),
      described: (facts, interpreter) => {
        this.projection.setFact('app', facts?.description ?? null);
        this.projection.setFact('interpreter', interpreter);
        this.projection.setFact('problem', null);
      },
    });
    // The same id at every start of this agent, so that at most one reply binding of ours is ever left in a broker.
    const oid = uuidOf(`${key}\n${LOCAL}`);
    this.link = new LiveLink(this.runs, oid, node => this.settings !== null && node === nodeName(this.settings), () => this.queueNames(), {
      workers: workers => this.projection.replace('workers', new Map(workers.map(worker => [worker.name, worker]))),
      queues: queues => this.projection.replace('queues', new Map(queues.map(queue => [queue.name, queue]))),
      away: reason => this.broker.away(reason),
    });
    this.queueLook = new QueueLook(() => this.link.connected);
    this.readiness = new Readiness({
      imported: this.imported, broker: this.broker, worker: this.worker, beat: this.beat, link: this.link,
      sandboxScript: path.join(PYTHON, 'sandbox.py'),
      settings: () => this.settings,
      storage: () => this.requireStorage(),
    });
    this.flow = new RunFlow({
      ready: (consent, progress, signal) => this.inTurn(() => this.readiness.forRun(consent, progress, signal)),
      added: (task, consent, progress, signal) => this.inTurn(() => this.readiness.added(task, consent, progress, signal)),
      link: this.link,
      runs: this.runs,
      progress: (token, text) => notify('run/progress', { token, text }),
    });
    this.runs.onChanged(({ ids }) => {
      for (const id of ids) this.changedRuns.add(id);
      this.projection.schedule();
    });
    this.sourceTimer = setInterval(() => void this.readiness.lookAtSources().catch(() => undefined), SOURCE_INTERVAL);
  }

  readonly handlers: Handlers = {
    'session/open': async ({ protocol, storage, trusted }, connection) => {
      if (protocol !== AGENT_PROTOCOL) throw new ProblemError(problem('unsupported', 'This agent belongs to another version of Celery Workbench', { advice: 'Reload the window' }));
      if (!trusted) throw new ProblemError(problem('untrusted', 'Nothing is run in an untrusted folder', { advice: 'Trust the workspace to run tasks' }));
      this.storage = storage;
      await mkdir(storage.workspace, { recursive: true });
      const snapshot = this.projection.snapshot();
      connection.opened = true;
      return snapshot;
    },
    'project/configure': settings => {
      this.settings = settings;
      return null;
    },
    'service/start': async ({ id, consent }) => {
      await this.inTurn(() => this.startService(id, consent));
      return null;
    },
    'service/stop': async ({ id, force }) => {
      await this.stopService(id, force);
      return null;
    },
    'service/restart': async ({ id, consent }) => {
      await this.inTurn(async () => {
        await this.stopService(id, false);
        await this.startService(id, consent);
      });
      return null;
    },
    'service/log': ({ id }) => ({ text: this.service(id).process.log.tail().map(line => `${line}\n`).join('') }),
    'run/start': request => this.flow.start(request),
    'run/cancelStart': ({ token }) => {
      this.flow.cancel(token);
      return null;
    },
    'run/query': query => this.runs.query(query),
    'run/details': ({ id }) => this.details(id),
    'run/revoke': ({ id, terminate }) => this.revoke(id, terminate),
    'run/clear': () => {
      this.runs.clear();
      return null;
    },
    'python/find': () => findInterpreters(this.requireSettings().folder, { hint: this.settings?.python ?? null, env: process.env }),
    'app/describe': async () => (await this.inTurn(() => this.describe())).facts.description,
    'queue/peek': ({ name }) => this.queueLook.peek(name),
    'queue/remove': async ({ key }) => ({ removed: await this.queueLook.remove(key) }),
    'queue/purge': ({ name }) => this.queueLook.purge(name),
  };

  /** Ends all that was started here. */
  async dispose(): Promise<void> {
    clearInterval(this.sourceTimer);
    await Promise.allSettled([this.imported.close(), this.link.close(), ...[this.services.worker, this.services.beat].map(service => service.process.stop({ grace: 2_000 }))]);
    await this.services.broker.process.kill();
  }

  /** One after the other: two clicks must not start two brokers. */
  private inTurn<Result>(task: () => Promise<Result>): Promise<Result> {
    const turn = this.queue.then(task, task);
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  private async startService(id: string, consent: Consent): Promise<void> {
    const service = this.service(id);
    const progress = (text: string): void => {
      if (!service.running && id !== 'broker') service.prepare(text);
    };
    try {
      if (id === 'worker') await this.readiness.startWorker(consent, progress);
      else if (id === 'beat') await this.readiness.startBeat(consent, progress);
      else await this.readiness.forBroker(consent, progress);
    } catch (error) {
      const told = toProblem(error);
      if (['consent-required', 'confirm-foreign', 'worker-busy', 'cancelled'].includes(told.reason)) {
        if (service.state === 'starting' && service.process.state === 'stopped') service.rest();
      } else if (service.process.state !== 'failed') service.failed(told);
      throw error;
    }
  }

  private async stopService(id: string, force: boolean): Promise<void> {
    if (id === 'worker') return this.worker.stop(force);
    if (id === 'beat') return this.beat.stop(force);
    // What hangs on the broker ends first: it would only log that the broker is away.
    if (this.broker.active?.mode !== 'existing') await Promise.all([this.worker.stop(force), this.beat.stop(force)]);
    await this.broker.stop(force);
  }

  private async describe(): Promise<Awaited<ReturnType<ImportedApp['ensure']>>> {
    const settings = this.requireSettings();
    if (!settings.app) throw new ProblemError(problem('no-app', 'No Celery app is known in this folder', { advice: 'Choose the app in the settings of the worker' }));
    try {
      return await this.imported.ensure({ ...settings, app: settings.app }, this.broker.active?.mode === 'sandbox' ? this.broker.active.url : null, []);
    } catch (error) {
      this.projection.setFact('problem', toProblem(error));
      throw error;
    }
  }

  private async details(id: string): Promise<RunDetails | null> {
    const { found, note } = await this.lookUp(id);
    const stored = this.runs.details(id, file => this.isOwn(file));
    if (!stored) return null;
    const details = found ? withResult(stored, found, file => this.isOwn(file)) : stored;
    return { ...details, log: runLog(this.services.worker.process.log.tail(), id), note: details.note ?? note };
  }

  /** Brings the stored result of a run to the store, or answers it where only the app itself can read its backend; `note` says why it cannot be had. */
  private async lookUp(id: string): Promise<{ found: HelperResult | null; note: string | null }> {
    try {
      const helper = this.imported.current?.helper;
      if ((await this.link.result(id)) || this.link.unreadable === null || !helper) return { found: null, note: null };
      return { found: await helper.result(id, this.runs.get(id)?.identity.name || null), note: null };
    } catch (error) {
      return { found: null, note: toProblem(error).message };
    }
  }

  /** Whether a file is the user's own code. */
  private isOwn(file: string): boolean {
    const directory = this.settings?.directory;
    return directory !== undefined && file.startsWith(directory + path.sep) && !/[\\/](site-packages|dist-packages)[\\/]/.test(file);
  }

  private async revoke(id: string, terminate: boolean): Promise<{ text: string }> {
    const { connected } = this.link;
    if (!connected) throw new ProblemError(problem('broker-refused', 'No broker is connected, so nobody can be told', { advice: 'Start the broker first' }));
    const { replies } = await connected.control('revoke', terminate ? { task_id: id, terminate: true, signal: 'SIGTERM' } : { task_id: id });
    if (replies.length === 0) throw new ProblemError(problem('timeout', 'No worker answered', { advice: 'Start a worker, or try again when it is not busy' }));
    return { text: replies.map(({ node, error }) => error === null ? `${node}: flagged as revoked` : `${node}: ${error}`).join('\n') };
  }

  /** Unfinished runs went with the broker that held them, if that was one of ours. */
  private async brokerGone(): Promise<void> {
    await this.link.close();
    this.runs.lost('The broker that held it has ended');
  }

  private projectRuns(): void {
    if (this.changedRuns.size === 0) return;
    const names = new Set<string>();
    for (const id of this.changedRuns) {
      const run = this.runs.get(id);
      if (run?.identity.name) names.add(run.identity.name);
    }
    // Runs that were cleared take the last run of their task along.
    for (const { id, identity } of this.projection.values('last')) if (this.changedRuns.has(id)) names.add(identity.name);
    this.changedRuns = new Set();
    this.projection.replace('runs', new Map(this.runs.newest(NEWEST).map(run => [run.id, run])));
    for (const name of names) {
      const key = identityKey({ environment: LOCAL, app: null, name });
      const last = this.runs.lastOf(name);
      if (last) this.projection.set('last', key, last);
      else this.projection.delete('last', key);
    }
    this.projection.setFact('counts', this.runs.counts());
  }

  private queueNames(): readonly string[] {
    const facts = this.imported.current?.facts;
    return this.settings && facts ? workerQueues(this.settings, facts) : this.settings?.queues ?? [];
  }

  private service(id: string): OwnService {
    const service = this.services[id as ServiceKind];
    if (!service) throw new ProblemError(problem('internal', `There is no service ${id}`));
    return service;
  }

  private requireSettings(): ProjectSettings {
    if (!this.settings) throw new ProblemError(problem('no-app', 'The project is not configured yet'));
    return this.settings;
  }

  private requireStorage(): AgentStorage {
    if (!this.storage) throw new ProblemError(problem('internal', 'No session is open'));
    return this.storage;
  }
}

/** A stable id in the form of a UUID. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}
