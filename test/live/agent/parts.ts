import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MARKER, type Consent, type ProjectSettings, type RunReceipt, type RunRequest } from '../../../src/shared/agentProtocol';
import type { Run } from '../../../src/shared/run';
import { AgentClient } from '../../../src/host/agentClient/agentClient';
import { environmentFolder, newest, pythonOf, type EnvironmentName } from '../../../scripts/lib/environments.mjs';
import { killProcessesWith, processesWith } from '../../../scripts/lib/processes.mjs';
import { copySample, freePort } from '../../../scripts/lib/samples.mjs';
import { until } from '../../harness/until';

const repository = process.env.REPOSITORY!;

export interface BenchOptions {
  readonly sample?: string;
  readonly python?: EnvironmentName;
  readonly files?: Readonly<Record<string, string>>;
  readonly settings?: Partial<ProjectSettings>;
}

type RunOptions = Partial<Omit<RunRequest, 'consent'>> & { readonly consent?: Consent };

/** A copy of a sample with an agent of its own. */
export class AgentBench {
  /** Marks everything that the agent starts. */
  readonly key = `test${process.pid.toString(16)}${Math.random().toString(16).slice(2, 8)}`;
  private readonly clients: AgentClient[] = [];

  private constructor(private readonly home: string, readonly folder: string, readonly brokerPort: number, readonly settings: ProjectSettings) {}

  static async open({ sample = 'shop', python = newest, files = {}, settings = {} }: BenchOptions = {}): Promise<AgentBench> {
    const home = mkdtempSync(path.join(tmpdir(), 'cwa-'));
    const folder = path.join(home, 'project');
    const brokerPort = await freePort();
    await copySample(path.join(repository, 'samples', sample), folder, { python, brokerPort, files });
    return new AgentBench(home, folder, brokerPort, {
      folder, app: 'shop.celery_app:app', directory: folder, python: pythonOf(environmentFolder(python)), envFile: null, env: {},
      queues: ['celery', 'mail'], onlyQueues: [], pool: null, concurrency: 2, logLevel: 'INFO', brokerHint: null, ...settings,
    });
  }

  /** A window of the workspace. */
  async window(): Promise<AgentClient> {
    const client = new AgentClient({
      script: path.join(repository, 'dist/agent.js'),
      key: this.key,
      address: () => path.join(this.home, 'agent.sock'),
      storage: { global: path.join(this.home, 'global'), workspace: path.join(this.home, 'workspace') },
      logFile: path.join(this.home, 'agent.log'),
      trusted: () => true,
      log: { info: () => undefined, warn: () => undefined },
    });
    this.clients.push(client);
    client.configure(this.settings);
    await client.open();
    return client;
  }

  /** What the agent and all that descends from it are, by command line. */
  processes(command = /./): { pid: number; command: string }[] {
    return processesWith(`${MARKER}=${this.key}`).filter(process => command.test(process.command));
  }

  close(): void {
    for (const client of this.clients) client.dispose();
    killProcessesWith(`${MARKER}=${this.key}`);
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
  }
}

export function run(client: AgentClient, task: string, call: string, { consent, ...more }: RunOptions = {}): Promise<RunReceipt> {
  return client.request('run/start', { token: `${Math.random()}`, task, module: null, call, options: '', expression: null, guessed: [], ...more, consent: { install: true, ...consent } });
}

/** Waits until a run is as it shall be, and answers it. */
export function seen(client: AgentClient, id: string, is: (run: Run) => boolean): Promise<Run> {
  return until(`run ${id} is as expected`, () => {
    const found = client.projection.runs[id];
    if (found && is(found)) return found;
    throw new Error(JSON.stringify(found));
  });
}

export const succeeded = ({ state }: Run): boolean => state === 'SUCCESS';
