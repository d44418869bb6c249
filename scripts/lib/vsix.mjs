import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Where `npm run package` puts the packed extension. @param {string} root of the repository */
export function vsixOf(root) {
  const { name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return path.join(root, 'dist', `${name}-${version}.vsix`);
}

/** The packed extension, which must be there. @param {string} root of the repository */
export function packedExtension(root) {
  const file = vsixOf(root);
  if (!existsSync(file)) throw new Error(`${file} is not there: run \`npm run package\` first.`);
  return file;
}
