import type { Problem } from '../shared/problem';
import { maskSecrets } from '../shared/redact';
import type { Service, ServiceKind, ServiceState } from '../shared/service';
import { Supervised } from '../live/process/supervised';

/** What a service says of itself beside the state of its process. */
export interface ServiceFace {
  label: string;
  detail: string;
  facts: readonly string[];
  stale: boolean;
  /** A caveat while running, or why it failed before a process was there. */
  problem: Problem | null;
}

export interface ServiceEvents {
  changed(service: Service): void;
  logged(id: string, text: string): void;
}

/** A broker, worker or Beat as the projection shows it: a supervised process, or something that was there already. */
export class OwnService {
  readonly process = new Supervised();
  private face: ServiceFace;
  private foreignSince: number | null = null;
  /** Set while there is no process yet but work for it goes on: choosing a broker, importing the app. */
  private preparing: { since: number; failed: boolean } | null = null;

  constructor(readonly kind: ServiceKind, private readonly restingLabel: string, private readonly events: ServiceEvents) {
    this.face = this.restingFace();
    this.process.onState(() => this.changed());
    this.process.onOutput(text => events.logged(kind, text));
  }

  get state(): ServiceState {
    if (this.foreignSince !== null) return 'running';
    if (this.preparing) return this.preparing.failed ? 'failed' : 'starting';
    return this.process.state;
  }

  get running(): boolean {
    return this.state === 'running';
  }

  /** True while we use one that somebody else started. */
  get foreign(): boolean {
    return this.foreignSince !== null;
  }

  show(face: Partial<ServiceFace>): void {
    this.face = { ...this.face, ...face };
    this.changed();
  }

  /** Counts as starting from now on, although no process is there yet. */
  prepare(detail: string): void {
    this.foreignSince = null;
    this.preparing ??= { since: Date.now(), failed: false };
    this.preparing = { ...this.preparing, failed: false };
    this.show({ detail, problem: null });
  }

  /** The process speaks for itself again. */
  prepared(): void {
    this.preparing = null;
    this.changed();
  }

  failed(problem: Problem): void {
    this.preparing = { since: Date.now(), failed: true };
    this.show({ problem, detail: problem.message });
  }

  /** Uses one that was there already. */
  adopt(face: Partial<ServiceFace>): void {
    this.preparing = null;
    this.foreignSince ??= Date.now();
    this.show({ ...face, stale: false, problem: null });
  }

  /** Stopped, and nothing to tell. */
  rest(): void {
    this.preparing = null;
    this.foreignSince = null;
    this.face = this.restingFace();
    this.changed();
  }

  record(): Service {
    const { label, detail, facts, stale } = this.face;
    return {
      id: this.kind,
      kind: this.kind,
      state: this.state,
      foreign: this.foreign,
      label,
      detail: maskSecrets(detail),
      facts: facts.map(maskSecrets),
      since: this.foreignSince ?? this.preparing?.since ?? this.process.since,
      pid: this.process.pid,
      problem: this.process.problem ?? this.face.problem,
      stale: stale && this.state === 'running',
    };
  }

  private restingFace(): ServiceFace {
    return { label: this.restingLabel, detail: '', facts: [], stale: false, problem: null };
  }

  private changed(): void {
    this.events.changed(this.record());
  }
}
