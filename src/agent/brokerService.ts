import type { Consent } from '../shared/agentProtocol';
import { problem, ProblemError } from '../shared/problem';
import { startBroker } from '../live/process/brokers';
import { isAddressTaken } from '../live/process/diagnose';
import type { Guard } from '../live/process/guarded';
import { probe } from '../live/process/probe';
import { chooseBroker, type AppUrls, type BrokerChoice } from './brokerChoice';
import type { OwnService } from './ownService';

/** The broker that is in use. */
export interface ActiveBroker {
  /** Unmasked: for connections only. */
  readonly url: string;
  readonly mode: BrokerChoice['mode'];
}

export interface BrokerContext {
  /** What the app would use by itself; null while no app is known: only a sandbox can be started then. */
  readonly urls: AppUrls | null;
  readonly storage: string;
  readonly python: string;
  readonly guard: Guard;
  readonly env: NodeJS.ProcessEnv;
  readonly consent: Consent;
  readonly signal?: AbortSignal;
}

/** Milliseconds for a broker to end; it has nothing to save. */
const STOP_GRACE = 2_000;

/** Chooses the broker for an app, starts it where need be, and remembers the choice until it is gone. */
export class BrokerService {
  private current: ActiveBroker | null = null;

  constructor(private readonly service: OwnService, private readonly gone: () => void) {
    service.process.onState(state => {
      if ((state === 'stopped' || state === 'failed') && this.current && !service.foreign) this.forget();
    });
  }

  get active(): ActiveBroker | null {
    return this.current;
  }

  /** @throws ProblemError also where the user must agree to something first. */
  async ensure(context: BrokerContext): Promise<ActiveBroker> {
    if (this.current && (await this.stillThere(this.current))) return this.current;
    this.service.prepare('looking for the app\'s broker');
    try {
      this.current = await this.choose(context).catch(async (error: unknown) => {
        if (!(error instanceof ProblemError) || !isAddressTaken(error.problem)) throw error;
        // Another workspace with the same address was a moment faster: now there is a broker.
        await this.service.process.stop({ grace: 0 });
        return this.choose(context);
      });
      return this.current;
    } catch (error) {
      const told = error instanceof ProblemError ? error.problem : problem('internal', String(error));
      // A question is not a failure.
      if (told.reason === 'consent-required' || told.reason === 'cancelled') this.service.rest();
      else this.service.failed(told);
      throw error;
    }
  }

  /** What the connection to it says: why it does not answer, or null when it does. A process of ours tells of its end itself. */
  away(reason: string | null): void {
    if (this.current?.mode !== 'existing') return;
    if (reason === null) this.service.show({ problem: null });
    else this.service.show({ problem: problem('broker-refused', `The broker at ${place(this.current.url)} does not answer: ${reason}`, { advice: 'It is tried again until it does' }) });
  }

  async stop(force: boolean): Promise<void> {
    if (this.service.foreign) throw new ProblemError(problem('unsupported', 'This broker was not started by Celery Workbench, so it is not stopped by it', { advice: 'Stop it where it was started' }));
    await this.service.process.stop({ grace: STOP_GRACE, force });
    this.service.rest();
  }

  private async choose(context: BrokerContext): Promise<ActiveBroker> {
    const choice: BrokerChoice = context.urls ? await chooseBroker(context.urls, probe) : { mode: 'sandbox', why: 'the app is not known yet' };
    return choice.mode === 'existing' ? this.adopt(choice) : this.start(choice, context);
  }

  private adopt(choice: BrokerChoice & { mode: 'existing' }): ActiveBroker {
    this.service.adopt({ label: choice.label, detail: place(choice.url), facts: ['The app\'s own broker, which was running already', place(choice.url)] });
    return { url: choice.url, mode: 'existing' };
  }

  private async start(choice: Exclude<BrokerChoice, { mode: 'existing' }>, { storage, python, guard, env, consent, signal }: BrokerContext): Promise<ActiveBroker> {
    const started = await startBroker({
      address: choice.mode === 'at-address' ? choice.url : null,
      consent: consent.install === true,
      storage, python, guard, env,
      process: this.service.process,
      progress: text => this.service.show({ detail: text }),
      ...(signal ? { signal } : {}),
    });
    const why = choice.mode === 'sandbox' ? [`A private sandbox, since ${choice.why}`] : ['Started at the app\'s own address, where nothing answered'];
    this.service.prepared();
    this.service.show({ label: started.label, detail: `${place(started.url)}${choice.mode === 'sandbox' ? ' · sandbox' : ''}`, facts: [...why, ...started.facts], problem: null });
    return { url: started.url, mode: choice.mode };
  }

  /** A process of ours tells when it ends; what others started has to be asked. */
  private async stillThere(broker: ActiveBroker): Promise<boolean> {
    if (broker.mode !== 'existing') return this.service.running;
    if ((await probe(broker.url)).state === 'usable') return true;
    this.forget();
    return false;
  }

  private forget(): void {
    this.current = null;
    if (this.service.foreign) this.service.rest();
    this.gone();
  }
}

/** Where a broker listens, without credentials. */
function place(url: string): string {
  return url.replace(/^[a-z+]+:\/\/(?:[^@/]*@)?/i, '').replace(/\/$/, '');
}
