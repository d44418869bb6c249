import type { MonitorAction, MonitorCall, MonitorEvent, MonitorMessage, MonitorMethod, MonitorRequests } from '../src/shared/monitorProtocol';
import { isProblem, problem, ProblemError } from '../src/shared/problem';
import { t } from './text';

/** What the editor gives a page. A browser has none of it; tests bring their own. */
export interface HostApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

type Answer<Method extends MonitorMethod> = MonitorRequests[Method][1];

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
  readonly timer: number;
}

/** Milliseconds. Longer than the host itself waits for an answer, which can say why there is none. */
const patience = 60_000;
/** An action may install a broker, or wait for the user to answer a question. */
const patienceWithActions = 15 * 60_000;

/** The page's end of the protocol: each request gets one answer, an error, or a timeout. */
export class Host {
  private readonly waiting = new Map<number, Waiting>();
  private readonly listeners = new Set<(event: MonitorEvent) => void>();
  private lastId = 0;

  constructor(private readonly api: HostApi) {
    window.addEventListener('message', (event: MessageEvent<unknown>) => {
      if (isMessage(event.data)) this.receive(event.data);
    });
  }

  request<Method extends MonitorMethod>(method: Method, params: MonitorRequests[Method][0]): Promise<Answer<Method>> {
    return new Promise<unknown>((resolve, reject) => {
      const id = ++this.lastId;
      const timer = window.setTimeout(() => {
        this.waiting.delete(id);
        reject(new ProblemError(problem('timeout', t('Celery Workbench did not answer'), { advice: t('Try again. If it stays silent, reload the window.') })));
      }, method === 'action' ? patienceWithActions : patience);
      this.waiting.set(id, { resolve, reject, timer });
      this.api.postMessage({ id, method, params } satisfies MonitorCall<Method>);
    }) as Promise<Answer<Method>>;
  }

  act(action: MonitorAction): Promise<null> {
    return this.request('action', action);
  }

  onEvent(listener: (event: MonitorEvent) => void): void {
    this.listeners.add(listener);
  }

  private receive(message: MonitorMessage): void {
    if (message.kind === 'event') {
      for (const listener of this.listeners) listener(message);
      return;
    }
    const waiting = this.waiting.get(message.id);
    if (!waiting) return;
    this.waiting.delete(message.id);
    clearTimeout(waiting.timer);
    if (message.kind === 'answer') waiting.resolve(message.result);
    else waiting.reject(new ProblemError(isProblem(message.problem) ? message.problem : problem('internal', t('Something went wrong'))));
  }
}

function isMessage(data: unknown): data is MonitorMessage {
  if (typeof data !== 'object' || data === null) return false;
  const { kind, id, event } = data as { kind?: unknown; id?: unknown; event?: unknown };
  return kind === 'event' ? typeof event === 'string' : (kind === 'answer' || kind === 'failure') && typeof id === 'number';
}
