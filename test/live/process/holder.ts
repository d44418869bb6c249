// A process that holds a worker as the agent does, so that tests can kill it. Prints `ready <pid of the worker>`.
import { workerCommand } from '../../../src/live/process/celery';
import { childEnvironment } from '../../../src/live/process/environment';
import { Supervised } from '../../../src/live/process/supervised';
import type { Guard } from '../../../src/live/process/guarded';

const { folder, broker, python, guard, marker } = JSON.parse(process.argv[2]!) as { folder: string; broker: string; python: string; guard: Guard; marker: string };
const settings = { folder, app: 'shop:app', directory: folder, python, envFile: null, env: {}, queues: [], onlyQueues: [], pool: null, concurrency: 4, logLevel: 'INFO', brokerHint: null } as const;
const command = workerCommand(settings, python, [], { broker, backend: broker });
const worker = new Supervised();
worker.onOutput(text => process.stderr.write(text));
worker.onState(state => process.stdout.write(`${state} ${worker.pid}\n`));
void worker.start({ ...command, title: 'the worker', env: childEnvironment(process.env, marker), guard, ready: { line: command.ready }, readyTimeout: 30_000, coldSignal: 'SIGQUIT' });
