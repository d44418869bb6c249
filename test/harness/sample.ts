import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { ensureEnvironment, environmentFolder, type EnvironmentName } from '../../scripts/lib/environments.mjs';

export interface SampleOptions {
  /** A folder below `samples/`, or an absolute path. */
  readonly sample: string;
  /** Becomes the copy's `.venv`; null: the copy has none. */
  readonly python: EnvironmentName | null;
  /** Takes the place of `localhost:6379`, where a Redis of the machine itself might be. */
  readonly brokerPort: number;
  /** Files to write into the copy, by relative path. */
  readonly files?: Readonly<Record<string, string>>;
}

const REDIS = /\bredis:\/\/localhost:6379\b/g;

/** Copies a sample so that a test may do with it as it likes. */
export async function copySample(to: string, { sample, python, brokerPort, files = {} }: SampleOptions): Promise<void> {
  await cp(path.resolve(process.env.REPOSITORY!, 'samples', sample), to, { recursive: true, filter: source => !/__pycache__|\.venv$/.test(source) });
  for (const file of await readdir(to, { recursive: true })) {
    if (!file.endsWith('.py')) continue;
    const text = await readFile(path.join(to, file), 'utf8');
    if (REDIS.test(text)) await writeFile(path.join(to, file), text.replaceAll(REDIS, `redis://localhost:${brokerPort}`));
  }
  if (python) {
    await ensureEnvironment(python);
    await symlink(environmentFolder(python), path.join(to, '.venv'), 'junction');
  }
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(to, file)), { recursive: true });
    await writeFile(path.join(to, file), text);
  }
}

/** A port of the loopback interface that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}
