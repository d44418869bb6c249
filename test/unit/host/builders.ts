import { LOCAL } from '../../../src/shared/identity';
import type { Run } from '../../../src/shared/run';
import type { Service } from '../../../src/shared/service';
import type { SourceTask } from '../../../src/shared/source';

/** Records with everything that a test does not care about. */
export function makeRun({ id = 'id-1', name = 'shop.tasks.add', ...more }: Partial<Run> & { readonly name?: string } = {}): Run {
  return {
    id, identity: { environment: LOCAL, app: null, name }, state: 'SUCCESS', origin: 'own', queue: null, worker: null, sentAt: null, receivedAt: null, startedAt: null, finishedAt: null,
    eta: null, runtime: null, retries: 0, call: null, outcome: null, rootId: null, parentId: null, progress: null, ...more,
  };
}

export function makeService(more: Partial<Service> & Pick<Service, 'kind'>): Service {
  return { id: more.kind, state: 'stopped', foreign: false, label: '', detail: '', facts: [], since: 0, pid: null, problem: null, stale: false, ...more };
}

export function makeTask(name: string, more: Partial<SourceTask> = {}): SourceTask {
  const range = { start: { line: 3, character: 0 }, end: { line: 5, character: 0 } };
  const dot = name.lastIndexOf('.');
  const short = name.slice(dot + 1);
  return {
    identity: { environment: LOCAL, app: 'shop:app', name }, module: name.slice(0, Math.max(0, dot)), qualname: short, location: { uri: 'file:///shop/tasks.py', range }, nameRange: range,
    parameters: [], bound: false, kind: 'function', summary: null, options: {}, sample: { text: `${short}()`, guessed: [] }, ...more,
  };
}
