import { statSync } from 'node:fs';
import type { ModuleStamp } from '../live/python/helper';

/** The first file whose content may differ from what was loaded, or that was written after `since` (epoch ms); null where none is. */
export function changedSource(modules: readonly ModuleStamp[], since: number): string | null {
  for (const { file, modified, size } of modules) {
    const now = statSync(file, { throwIfNoEntry: false });
    if (!now || now.mtimeMs > since || Math.abs(now.mtimeMs - modified) >= 1 || (size !== null && now.size !== size)) return file;
  }
  return null;
}
