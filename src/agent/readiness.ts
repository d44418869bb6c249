import path from 'node:path';
import type { AgentStorage, Consent, ProjectSettings } from '../shared/agentProtocol';
import { problem, ProblemError } from '../shared/problem';
import { beatCommand, poolOf, workerCommand, type BrokerOverride, type CeleryCommand } from '../live/process/celery';
import { installRedisPy } from '../live/process/redisPy';
import type { ActiveBroker, BrokerService } from './brokerService';
import { requireApp, workerQueues, type CeleryService } from './celeryService';
import type { ImportedApp, OpenApp } from './importedApp';
import { linkTarget, type LiveLink } from './liveLink';

/** Everything that a run needs is there. */
export interface Ready {
  readonly app: OpenApp;
  readonly broker: ActiveBroker;
  /** Queues that some worker takes from. */
  readonly queues: readonly string[];
  /** Remarks for the user. */
  readonly notes: readonly string[];
}

export interface ReadinessPorts {
  readonly imported: ImportedApp;
  readonly broker: BrokerService;
  readonly worker: CeleryService;
  readonly beat: CeleryService;
  readonly link: LiveLink;
  /** Path of `python/sandbox.py`. */
  readonly sandboxScript: string;
  settings(): ProjectSettings | null;
  storage(): AgentStorage;
}

type Progress = (text: string) => void;

/** Milliseconds between looks at a busy worker. */
const BUSY_INTERVAL = 250;

/** Brings app, broker, worker and Beat up, each step only where it is not done already. One caller at a time: see {@link Workspace}. */
export class Readiness {
  /** URLs of brokers that others use too, and that the user agreed to use. */
  private readonly agreed = new Set<string>();
  /** Folders of ours on our children's path, for what the project's environment lacks. */
  private libraries: readonly string[] = [];
  /** What the broker's transport needs and is not there yet: until then the app cannot be held to a sandbox. */
  private lacking: string | null = null;

  constructor(private readonly ports: ReadinessPorts) {}

  async forRun(consent: Consent, progress: Progress, signal: AbortSignal): Promise<Ready> {
    const { app, broker } = await this.forBroker(consent, progress, signal);
    const notes = app.reloaded ? [`${path.basename(app.reloaded)} had changed, so the app was imported again`] : [];
    const queues = await this.worker(app, broker, consent, progress, signal, notes);
    return { app, broker, queues, notes };
  }

  /** Imports the app anew. Whether it has `task` now, which it had not before: then the worker is outdated too. */
  async added(task: string, consent: Consent, progress: Progress, signal: AbortSignal): Promise<boolean> {
    await this.ports.imported.close();
    const { app } = await this.forBroker(consent, progress, signal);
    if (!app.facts.description.tasks.some(({ name }) => name === task)) return false;
    this.ports.worker.expire(`${task} was added`);
    return true;
  }

  /** The app imported, its broker answering, its events heard. */
  async forBroker(consent: Consent, progress: Progress, signal?: AbortSignal): Promise<{ app: OpenApp; broker: ActiveBroker }> {
    const { imported, broker: service, link } = this.ports;
    const settings = requireApp(this.ports.settings());
    if (!imported.current) progress(`Importing ${settings.app}`);
    let app = await imported.ensure(settings, this.lacking === null ? sandboxOf(service.active) : null, this.libraries, signal);
    if (!service.active) progress('Starting the broker');
    const broker = await service.ensure({
      urls: app.sandbox === null ? app.facts.connection : null,
      storage: this.ports.storage().global,
      python: app.interpreter.path, guard: app.guard, env: app.env, consent,
      ...(signal ? { signal } : {}),
    });
    // An app for RabbitMQ may lack what the sandbox needs.
    this.lacking = app.facts.connection.missing ?? (sandboxOf(broker) !== null && this.libraries.length === 0 && app.interpreter.redis === null ? 'redis' : null);
    if (this.lacking !== null) await this.supply(this.lacking, app, consent, progress, signal);
    if (app.sandbox !== sandboxOf(broker)) progress('Holding the app to the sandbox broker');
    app = await imported.ensure(settings, sandboxOf(broker), this.libraries, signal);
    await link.follow(linkTarget(broker.url, app));
    await this.othersAgreed(broker, app, consent);
    link.keepEventsOn();
    return { app, broker };
  }

  /** Installs what the transport needs and the project lacks, into our own storage. @throws ProblemError where that is not redis-py, or needs a yes. */
  private async supply(missing: string, { interpreter, guard, env }: OpenApp, consent: Consent, progress: Progress, signal: AbortSignal | undefined): Promise<void> {
    if (missing !== 'redis') {
      throw new ProblemError(problem('missing-module', `The package "${missing}" is not installed in ${interpreter.path}`, { advice: `Install "celery[${missing}]" there` }));
    }
    const folder = await installRedisPy({ storage: this.ports.storage().global, python: interpreter.path, guard, env, consent: consent.install === true, progress, ...(signal ? { signal } : {}) });
    this.libraries = folder === null ? [] : [folder];
    this.lacking = null;
  }

  async startWorker(consent: Consent, progress: Progress): Promise<void> {
    const { app, broker } = await this.forBroker(consent, progress);
    await this.worker(app, broker, consent, progress, undefined, []);
  }

  async startBeat(consent: Consent, progress: Progress): Promise<void> {
    const { app, broker } = await this.forBroker(consent, progress);
    const settings = requireApp(this.ports.settings());
    const command = beatCommand(settings, app.interpreter, this.ports.storage().workspace, this.urls(app));
    await this.ports.beat.start(command, { settings, python: app.interpreter.path, guard: app.guard, env: app.env, modules: app.facts.modules }, {
      label: `Beat of ${settings.app}`, detail: place(broker), facts: [commandLine(command)],
    });
  }

  /** Marks services whose source has changed since they loaded it. */
  async lookAtSources(): Promise<void> {
    const modules = await this.ports.imported.modules();
    for (const one of [this.ports.worker, this.ports.beat]) if (one.running) one.service.show({ stale: one.changedSource(modules) !== null });
  }

  /** A worker of ours with the code as it is now; answers the queues that are attended. */
  private async worker(app: OpenApp, broker: ActiveBroker, consent: Consent, progress: Progress, signal: AbortSignal | undefined, notes: string[]): Promise<readonly string[]> {
    const { worker } = this.ports;
    const settings = requireApp(this.ports.settings());
    const queues = workerQueues(settings, app.facts);
    const command = workerCommand(settings, app.interpreter.path, queues, this.urls(app));
    const outdated = worker.running ? this.outdated(worker, command, app) : null;
    if (outdated !== null) {
      worker.service.show({ stale: true });
      await this.idle(consent, progress, signal);
      progress(`Restarting the worker: ${outdated}`);
      notes.push(`The worker was restarted: ${outdated}`);
      await worker.stop(consent.busy === 'stop');
    }
    if (!worker.running) {
      progress('Starting the worker');
      await worker.start(command, { settings, python: app.interpreter.path, guard: app.guard, env: app.env, modules: app.facts.modules, answers: () => this.answers(command.node), ...(signal ? { signal } : {}) }, {
        label: command.node,
        detail: `${queues.join(', ')} · ${poolOf(settings)}${settings.concurrency === null ? '' : ` ${settings.concurrency}`}`,
        facts: [commandLine(command), `Celery ${app.facts.description.celery}, Python ${app.facts.description.python}, ${app.interpreter.path} (${app.interpreter.source})`, `Broker ${place(broker)}, results ${app.facts.description.backend}`],
      });
    }
    const others = this.ports.link.connected?.workers().filter(({ alive, own }) => alive && !own) ?? [];
    const rivals = others.filter(other => other.queues.length === 0 || other.queues.some(queue => queues.includes(queue)));
    if (rivals.length > 0) notes.push(`${rivals.map(({ name }) => name).join(', ')} ${rivals.length === 1 ? 'takes' : 'take'} tasks from the same queues, and may run older code`);
    return [...new Set([...queues, ...others.flatMap(other => other.queues)])];
  }

  /** Why a running worker is not as a new one would be, in words; null where it is. */
  private outdated(service: CeleryService, command: CeleryCommand, app: OpenApp): string | null {
    if (service.expired !== null) return service.expired;
    const file = service.changedSource(app.facts.modules);
    if (file !== null) return `${path.basename(file)} has changed`;
    return service.startedWith(command, app.env) ? null : 'its settings or its broker have changed';
  }

  /** Waits for, or asks about, what our worker runs at the moment. */
  private async idle(consent: Consent, progress: Progress, signal: AbortSignal | undefined): Promise<void> {
    for (;;) {
      const active = await this.active();
      if (active === 0 || consent.busy === 'stop') return;
      if (consent.busy !== 'wait') {
        throw new ProblemError(problem('worker-busy', `The worker still runs ${active} ${active === 1 ? 'task' : 'tasks'} with the code from before your change`, { advice: 'Wait until it is through, or stop it now' }));
      }
      progress(`Waiting for ${active} running ${active === 1 ? 'task' : 'tasks'}`);
      if (signal?.aborted) throw new ProblemError(problem('cancelled', 'The run was cancelled; nothing was sent'));
      await new Promise(resolve => setTimeout(resolve, BUSY_INTERVAL));
    }
  }

  private async answers(node: string): Promise<boolean> {
    const answer = await this.ports.link.connected?.control('ping', {}, { destination: [node], timeout: 500 });
    return (answer?.replies.length ?? 0) > 0;
  }

  /** Tasks that our worker runs; a worker that does not answer counts as busy. */
  private async active(): Promise<number> {
    const node = this.ports.worker.service.record().label;
    const answer = await this.ports.link.connected?.control('active', { safe: true }, { destination: [node], timeout: 1_000 });
    const reply = answer?.replies[0];
    if (!reply) return this.ports.worker.running ? 1 : 0;
    return Array.isArray(reply.value) ? reply.value.length : 0;
  }

  /** A broker that was there already may be somebody's: a tunnel to production looks just like this. */
  private async othersAgreed(broker: ActiveBroker, app: OpenApp, consent: Consent): Promise<void> {
    if (broker.mode !== 'existing' || this.agreed.has(broker.url)) return;
    if (!consent.foreign) {
      const { connected } = this.ports.link;
      const answer = await connected?.control('ping', {}, { timeout: 600 });
      const workers = answer?.replies.map(({ node }) => node).filter(node => node !== this.ports.worker.service.record().label) ?? [];
      const waiting = (await connected?.queues(workerQueues(requireApp(this.ports.settings()), app.facts)))?.filter(({ ready }) => (ready ?? 0) > 0) ?? [];
      if (workers.length > 0 || waiting.length > 0) {
        const found = [...workers.map(name => `worker ${name}`), ...waiting.map(({ name, ready }) => `${ready} waiting in ${name}`)];
        throw new ProblemError(problem('confirm-foreign', `The broker at ${place(broker)} is in use: ${found.join(', ')}`, {
          advice: 'A worker started here would take what waits there, and other workers may take what you send. Make sure that it is not a tunnel to somewhere important',
        }));
      }
    }
    this.agreed.add(broker.url);
  }

  /** In the sandbox Celery is started by a runner of ours, which an app cannot overrule. */
  private urls({ sandbox }: OpenApp): BrokerOverride {
    return sandbox === null ? { broker: null, backend: null } : { broker: sandbox, backend: sandbox, sandbox: this.ports.sandboxScript };
  }
}

function sandboxOf(broker: ActiveBroker | null): string | null {
  return broker?.mode === 'sandbox' ? broker.url : null;
}

function commandLine({ args, cwd }: CeleryCommand): string {
  return `celery ${args.slice(args.indexOf('-A')).join(' ')}, in ${cwd}`;
}

function place({ url }: ActiveBroker): string {
  return url.replace(/^[a-z+]+:\/\/(?:[^@/]*@)?/i, '').replace(/\/$/, '');
}
