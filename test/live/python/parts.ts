import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startBroker, type StartedBroker } from '../../../src/live/process/brokers';
import { Helper } from '../../../src/live/python/helper';
import { environment, guardOf, newMarker, pythonOf, temporaryFolder } from '../process/parts';

const repository = process.env.REPOSITORY!;
export const helperScript = path.join(repository, 'python/helper.py');

/** Versions of Celery that everything of the helper must hold for. */
export const VERSIONS = ['5.2', '5.4', '5.6', '5.7'] as const;

/** A folder with these files; a broker of its own where asked for; all of it gone after the tests. */
export class Bench {
  readonly marker = newMarker();
  private readonly temporary = temporaryFolder();
  private readonly helpers: Helper[] = [];
  private readonly brokers: StartedBroker[] = [];
  /** What the helpers' imported code printed. */
  printed = '';

  get folder(): string {
    return this.temporary.folder;
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(this.folder, name)), { recursive: true });
      writeFileSync(path.join(this.folder, name), text);
    }
  }

  async broker(): Promise<StartedBroker> {
    const broker = await startBroker({ address: null, consent: false, storage: this.folder, python: pythonOf('5.7'), guard: guardOf(), env: environment(this.marker) });
    this.brokers.push(broker);
    return broker;
  }

  /** A helper for the app in this folder. */
  async helper(app: string, version: string, env: Readonly<Record<string, string | null>> = {}, more: { readonly importTimeout?: number; readonly python?: string } = {}): Promise<Helper> {
    const helper = await Helper.start({
      python: pythonOf(version), script: helperScript, directory: this.folder, app, env: environment(this.marker, env), guard: guardOf(),
      log: text => { this.printed += text; }, ...more,
    });
    this.helpers.push(helper);
    return helper;
  }

  async close(): Promise<void> {
    await Promise.all(this.helpers.map(helper => helper.stop()));
    await Promise.all(this.brokers.map(broker => broker.process.stop({ grace: 1_000 })));
    this.temporary.remove();
  }
}
