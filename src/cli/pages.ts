import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Environment } from './environment';

/** The page of a rule. */
export function pageFile(code: string, { assets }: Environment): string {
  return path.join(assets, '../docs/rules', `${code}.md`);
}

export function readPage(code: string, environment: Environment): string {
  return `${readFileSync(pageFile(code, environment), 'utf8').trimEnd()}\n`;
}
