import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openBroker, type Broker, type BrokerOptions } from '../../../src/live/broker/broker';
import { openResults, type Results, type ResultsOptions } from '../../../src/live/results/results';
import { RunStore } from '../../../src/live/runs/store';
import type { CeleryEvent } from '../../../src/live/wire/events';
import { buildTask, type TaskCall, type TaskMessage, type WireVersions } from '../../../src/live/wire/message';
import type { ResultMeta } from '../../../src/live/wire/meta';
import type { Run } from '../../../src/shared/run';
import { eventually, startWorker, type CeleryVersion, type TestBroker, type TestWorker, type WorkerOptions } from '../../harness/celery';
import type { RabbitServer } from '../../harness/rabbitmq';

/** Numbers of the list of compatibility tests that are not about beat. */
export const COMPATIBILITY_TESTS = 43;

export type BrokerKind = 'valkey' | 'redis' | 'rabbitmq';

/** A broker, the workers of one Celery on it, and our client that follows them. */
export class System {
  readonly runs = new RunStore({ limit: 10_000, coalesce: 5 });
  readonly events: CeleryEvent[] = [];
  readonly ups: number[] = [];
  readonly folder = mkdtempSync(path.join(tmpdir(), 'wire-system-'));
  broker!: Broker;
  results!: Results;
  versions!: WireVersions;
  private readonly workers: TestWorker[] = [];
  private readonly closers: (() => Promise<void>)[] = [];

  constructor(readonly kind: BrokerKind, readonly celery: CeleryVersion, readonly server: TestBroker | RabbitServer, readonly url: string, readonly backend: string) {}

  get isRedis(): boolean {
    return this.kind !== 'rabbitmq';
  }

  async open(options: Partial<BrokerOptions> = {}): Promise<void> {
    this.versions = { celery: this.celery, kombu: null };
    this.broker = await this.openBroker({ oid: `oid-${this.celery}`, ...options });
    this.results = await this.openResults({});
    await new Promise<void>(resolve => {
      this.broker.events({
        event: event => {
          this.events.push(event);
          if (event.kind === 'task') this.runs.event(event);
        },
        up: () => {
          this.ups.push(Date.now());
          resolve();
        },
      });
    });
  }

  async openBroker(options: Partial<BrokerOptions>): Promise<Broker> {
    const management = 'management' in this.server ? { management: this.server.management } : {};
    const broker = await openBroker({ url: this.url, oid: `oid-${Math.random()}`, ...management, ...options });
    this.closers.push(() => broker.close());
    return broker;
  }

  async openResults(options: Partial<ResultsOptions>): Promise<Results> {
    const results = await openResults({ url: this.backend, ...options });
    this.closers.push(() => results.close());
    return results;
  }

  async worker(options: Partial<WorkerOptions> = {}): Promise<TestWorker> {
    const worker = await startWorker({ version: this.celery, broker: this.url, backend: this.backend, ...options });
    this.workers.push(worker);
    return worker;
  }

  message(call: TaskCall): TaskMessage {
    return buildTask(call, this.versions);
  }

  /** Sends a call and returns its id. */
  async send(call: TaskCall, queue = 'celery', broker = this.broker): Promise<string> {
    const message = this.message(call);
    await broker.send(message, { queue });
    return message.id;
  }

  meta(id: string, status = 'SUCCESS', results = this.results): Promise<ResultMeta> {
    return eventually(`result ${status} of ${id}`, async () => {
      const meta = await results.get(id);
      if (meta && meta.status !== status && meta.status === 'FAILURE') throw new Error(`failed: ${JSON.stringify(meta.exception)}`);
      return meta?.status === status && meta;
    }, 40_000);
  }

  run(id: string, state: string): Promise<Run> {
    return eventually(() => `run ${id} is ${state}, not ${this.runs.get(id)?.state}`, () => {
      const run = this.runs.get(id);
      return run?.state === state && run;
    }, 40_000);
  }

  /** Waits until our client knows the worker and what it consumes. */
  async known(worker: TestWorker): Promise<void> {
    await eventually(`${worker.name} is known`, () => this.broker.workers().some(other => other.name === worker.name && other.alive && other.queues.length > 0), 30_000);
  }

  async stopAllBut(main: TestWorker): Promise<void> {
    await Promise.all(this.workers.filter(worker => worker !== main).map(worker => worker.stop()));
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map(worker => worker.stop()));
    await Promise.all(this.closers.map(close => close()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}
