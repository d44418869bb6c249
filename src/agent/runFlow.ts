import type { Consent, RunReceipt, RunRequest } from '../shared/agentProtocol';
import { problem, ProblemError } from '../shared/problem';
import type { HelperCall, Sent } from '../live/python/helper';
import type { RunStore } from '../live/runs/store';
import type { LiveLink } from './liveLink';
import type { Ready } from './readiness';

export interface RunPorts {
  /** Makes broker, app and worker ready, or rejects with what is missing. */
  ready(consent: Consent, progress: (text: string) => void, signal: AbortSignal): Promise<Ready>;
  /** Imports the app anew; answers whether it has the task now, and if so has the worker restarted by the next `ready`. */
  added(task: string, consent: Consent, progress: (text: string) => void, signal: AbortSignal): Promise<boolean>;
  readonly link: LiveLink;
  readonly runs: RunStore;
  progress(token: string, text: string): void;
}

/** Runs that are being started, by token: what a cancel can still stop. */
export class RunFlow {
  private readonly starting = new Map<string, AbortController>();

  constructor(private readonly ports: RunPorts) {}

  /** From a click to a task on the queue. @throws ProblemError also where the user must agree to something first. */
  async start(request: RunRequest): Promise<RunReceipt> {
    if (request.guessed.length > 0 && !request.consent.guess) throw new ProblemError(guessed(request));
    const abort = new AbortController();
    this.starting.set(request.token, abort);
    try {
      const progress = (text: string): void => this.ports.progress(request.token, text);
      let ready = await this.ports.ready(request.consent, progress, abort.signal);
      const at = Date.now();
      const sent = await this.send(request, ready, abort.signal).catch(async (error: unknown) => {
        // A module that was added since the app was imported.
        const added = request.task !== null && error instanceof ProblemError && error.problem.reason === 'task-unknown' && await this.ports.added(request.task, request.consent, progress, abort.signal);
        if (!added) throw error;
        ready = await this.ports.ready(request.consent, progress, abort.signal);
        return this.send(request, ready, abort.signal);
      });
      this.remember(request, sent, at, ready.app.facts.description.app);
      return { id: sent.id, ids: sent.ids, queue: sent.queue, notes: [...ready.notes, ...sent.notes, ...this.unattended(sent, ready)] };
    } finally {
      this.starting.delete(request.token);
    }
  }

  /** Nothing happens where the task is on the queue already. */
  cancel(token: string): void {
    this.starting.get(token)?.abort();
  }

  private async send(request: RunRequest, { app }: Ready, signal: AbortSignal): Promise<Sent> {
    if (signal.aborted) throw new ProblemError(problem('cancelled', 'The run was cancelled; nothing was sent'));
    return app.helper.send(callOf(request));
  }

  private remember(request: RunRequest, sent: Sent, at: number, app: string): void {
    const { runs, link } = this.ports;
    for (const message of sent.messages) {
      const single = sent.messages.length === 1;
      runs.sent({
        id: message.id, name: message.task, app, queue: message.queue, at,
        call: single ? request.call : null,
        eta: message.eta === null ? null : Date.parse(message.eta),
        rootId: message.root, parentId: message.parent,
        ...(message.args !== null && message.kwargs !== null ? { args: message.args, kwargs: message.kwargs } : {}),
      });
    }
    for (const id of sent.ids) link.watch(id);
  }

  /** Queues that no worker takes from: such a task would wait for ever. */
  private unattended(sent: Sent, { queues }: Ready): string[] {
    const missing = new Set(sent.messages.map(({ queue }) => queue).filter((queue): queue is string => queue !== null && !queues.includes(queue)));
    return [...missing].map(queue => `No worker takes from the queue ${queue}, so this waits until one does`);
  }
}

function callOf({ task, module, call, options, expression }: RunRequest): HelperCall {
  if (expression !== null) return { expression, module, options };
  if (task === null || call === null) throw new ProblemError(problem('call-syntax', 'There is nothing to run'));
  return { task, module, call, options };
}

function guessed({ guessed: names, call }: RunRequest): ReturnType<typeof problem> {
  return problem('confirm-guess', `${names.join(', ')} ${names.length === 1 ? 'is a guess' : 'are guesses'} in ${call ?? 'this call'}`, { advice: 'Run it as it is, or change the arguments first' });
}
