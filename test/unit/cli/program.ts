import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** The command line as it ships. */
export const program = path.join(process.env.REPOSITORY!, 'dist/cli.js');

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

export function runProgram(cwd: string, args: readonly string[], input = ''): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { cwd, input, encoding: 'utf8' });
  return { code: status, out: stdout, error: stderr };
}
