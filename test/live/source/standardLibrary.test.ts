import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pythonOf } from '../../harness/celery';
import { analyze } from '../../../src/source/semantics/scopes';
import { parser } from '../../unit/source/workspace';

/** Deliberately broken files and copies of the same. */
const left = /^(test|tests|idlelib|lib2to3|site-packages|__pycache__|turtledemo)$/;

describe('the standard library', function () {
  this.timeout(300_000);
  it('is read without a mistake', async () => {
    const { stdout } = spawnSync(pythonOf('5.7'), ['-c', 'import sysconfig; print(sysconfig.get_path("stdlib"))'], { encoding: 'utf8' });
    const python = await parser();
    const broken: string[] = [];
    let files = 0;
    const visit = (directory: string): void => {
      for (const entry of readdirSync(directory, { withFileTypes: true })) {
        const file = path.join(directory, entry.name);
        if (entry.isDirectory()) {
          if (!left.test(entry.name)) visit(file);
        } else if (entry.name.endsWith('.py')) {
          const module = python.parse(readFileSync(file, 'utf8'));
          analyze(module, {});
          files++;
          if (module.broken.length) broken.push(`${file}: ${module.text.slice(module.broken[0]!.start, module.broken[0]!.start + 60)}`);
        }
      }
    };
    visit(stdout.trim());
    assert.ok(files > 400, `only ${files} files`);
    assert.deepEqual(broken, []);
  });
});
