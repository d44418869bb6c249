import path from 'node:path';
import { problem, ProblemError } from '../../shared/problem';
import { inspectPython, type PythonEnvironment } from '../python/interpreters';
import { findPythons } from './executables';
import { install, installed, type InstallOptions, type PackageSet } from './packages';

export interface RedisPyOptions extends Omit<InstallOptions, 'pythons'> {
  /** The extension's storage that all workspaces share. */
  readonly storage: string;
  /** The project's interpreter. */
  readonly python: string;
  readonly consent: boolean;
}

interface Wheel {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

const REDIS = {
  '4': { name: 'redis', version: '4.6.0', sha256: 'e2b03db868160ee4591de3cb90d40ebb50a90dd302138775937f6a42b7ed183c' },
  '5': { name: 'redis', version: '5.2.1', sha256: 'ee7e1056b9aea0f04c6c2ed59452947f34c4940ee025f5dd83e6a6418b6989e4' },
  '6': { name: 'redis', version: '6.4.0', sha256: 'f0544fa9604264e9464cdf4814e7d4830f74b165d52f2a330a760a88dd248b7f' },
} as const satisfies Record<string, Wheel>;
const ASYNC_TIMEOUT: Wheel = { name: 'async-timeout', version: '5.0.1', sha256: '39e3809566ff85354557ec2398b55e096c8364bacac9405a7a1fa429e77fe76c' };
const PACKAGING: Wheel = { name: 'packaging', version: '26.3', sha256: 'd7193f7c8e4e93f444fde0262bf90af30e16fa0ad0ad44cb553c87339b23cd1c' };

/**
 * redis-py for a project that lacks it: what kombu needs to speak to Redis, in our own storage.
 * @returns the folder to put on our children's PYTHONPATH; null where the project has redis-py itself.
 * @throws ProblemError `consent-required`, `no-python`, or `missing-module` where it cannot be installed.
 */
export async function installRedisPy(options: RedisPyOptions): Promise<string | null> {
  const environment = await inspectPython(options.python);
  if (!environment) throw new ProblemError(problem('no-python', `${options.python} is no Python interpreter`, { advice: 'Choose another interpreter' }));
  if (environment.distributions.has('redis')) return null;
  const set = redisPySet(environment);
  const storage = path.join(options.storage, 'packages');
  const ready = await installed(set, storage);
  if (ready) return ready;
  if (!options.consent) {
    throw new ProblemError(problem('consent-required', `The package "redis", which Celery needs to speak to the broker, is not installed in ${options.python}. It (about 0.3 MB) would be installed from the Python package index into the extension's own storage`, {
      advice: `It goes to ${storage} and is seen by the worker that we start alone; your project and your Python environment are not changed`,
    }));
  }
  try {
    return await install(set, { ...options, storage, pythons: await findPythons(options.env, options.python) });
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.reason === 'cancelled') throw error;
    throw new ProblemError({ ...error.problem, reason: 'missing-module', advice: 'Install "celery[redis]" in the interpreter of your project' });
  }
}

/** The release that this kombu accepts, and what it needs beside what is there: nothing that is there is ever hidden by another version. */
export function redisPySet({ version, distributions }: PythonEnvironment): PackageSet {
  const [major = 5, minor = 0] = (distributions.get('kombu') ?? '').split('.').map(Number);
  const kombu = major * 100 + minor;
  // kombu before 5.3 is of the time of redis-py 4; from 5.6 on it wants at least 6.4 (its extra "redis").
  const redis = kombu < 503 ? REDIS['4'] : kombu < 506 ? REDIS['5'] : REDIS['6'];
  const [, pythonMinor = 0, pythonPatch = 0] = version.split('.').map(Number);
  const needed = [
    ...(pythonMinor < 11 || (pythonMinor === 11 && pythonPatch < 3) ? [ASYNC_TIMEOUT] : []),
    ...(kombu < 506 ? [] : [PACKAGING]),
  ];
  const wheels = [redis, ...needed.filter(({ name }) => !distributions.has(name))];
  return {
    folder: wheels.map(wheel => `${wheel.name}-${wheel.version}`).join('+'),
    title: `redis-py ${redis.version}`,
    requirements: wheels.map(wheel => `${wheel.name}==${wheel.version} --hash=sha256:${wheel.sha256}`),
    hashed: true,
    platform: { pip: ['--ignore-requires-python'], uv: [] },
    expect: path.join('redis', '__init__.py'),
  };
}
