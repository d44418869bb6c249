import { statSync } from 'node:fs';

/** A source file in the version that a process has loaded. */
export interface ModuleStamp {
  readonly file: string;
  /** Epoch ms of its modification, and its size in bytes where known. */
  readonly modified: number;
  readonly size: number | null;
}

/** Files of these that are another version now, or gone. Cheap: one stat each. */
export function changedFiles(stamps: readonly ModuleStamp[]): readonly string[] {
  return stamps.filter(stamp => {
    const now = stampOf(stamp.file);
    // Python keeps the time as a float of seconds: its last digits may differ.
    return now === null || Math.abs(now.modified - stamp.modified) > 0.5 || (stamp.size !== null && now.size !== stamp.size);
  }).map(({ file }) => file);
}

/** Whether code that was loaded in these versions is old. */
export function isStale(stamps: readonly ModuleStamp[]): boolean {
  return changedFiles(stamps).length > 0;
}

/**
 * The versions that these files are in now. Take them before a worker starts: what changes after that may or may not be what it loads,
 * and counts as changed.
 */
export function stampsNow(files: readonly string[]): readonly ModuleStamp[] {
  return files.map(file => stampOf(file) ?? { file, modified: 0, size: null });
}

function stampOf(file: string): ModuleStamp | null {
  try {
    const { mtimeMs, size } = statSync(file);
    return { file, modified: mtimeMs, size };
  } catch {
    return null;
  }
}
