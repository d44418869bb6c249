// Makes Python environments and prints their interpreters: `node scripts/environments.mjs [name…]`, all of them without a name.
import { ensureEnvironment, requirements } from './lib/environments.mjs';

const names = /** @type {import('./lib/environments.mjs').EnvironmentName[]} */ (process.argv.length > 2 ? process.argv.slice(2) : Object.keys(requirements));
for (const name of names) {
  if (!(name in requirements)) throw new Error(`No environment is called ${name}. There are: ${Object.keys(requirements).join(', ')}`);
  console.log(await ensureEnvironment(name));
}
