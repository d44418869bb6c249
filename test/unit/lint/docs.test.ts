import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { rules } from '../../../src/source/lint/registry';
import { lint, type TestedVersions } from './ruleTester';

const directory = path.join(process.env.REPOSITORY!, 'docs/rules');
const words = { error: 'Error', warning: 'Warning', info: 'Information', hint: 'Hint' };

/** The Python examples of a section; a line `# file: name.py` begins another file, `main.py` is the first. */
function examples(page: string, section: string): Record<string, string>[] {
  const text = page.split(/^## /m).find(part => part.startsWith(`${section}\n`)) ?? '';
  return [...text.matchAll(/^```python\n([\s\S]*?)^```$/gm)].map(match => {
    const parts = match[1]!.split(/^# file: (\S+)\n/m);
    const files: Record<string, string> = parts[0]!.trim() ? { 'main.py': parts[0]! } : {};
    for (let index = 1; index < parts.length; index += 2) files[parts[index]!] = parts[index + 1]!;
    return files;
  });
}

describe('pages of the rules', () => {
  it('there is one for each rule and no other', () => {
    assert.deepEqual(readdirSync(directory).filter(name => name.startsWith('CEL')).sort(), rules.map(({ code }) => `${code}.md`).sort());
  });

  it('codes and names are given once, in order', () => {
    assert.deepEqual(rules.map(({ code }) => code), [...new Set(rules.map(({ code }) => code))].sort());
    assert.equal(new Set(rules.map(({ name }) => name)).size, rules.length);
  });

  for (const rule of rules) {
    describe(rule.code, () => {
      const page = readFileSync(path.join(directory, `${rule.code}.md`), 'utf8');

      it('says what the rule says, in the order of all pages', () => {
        assert.ok(page.startsWith(`# ${rule.code} ${rule.name}\n\n${words[rule.severity]}. ${rule.summary}\n`), `it must begin:\n# ${rule.code} ${rule.name}\n\n${words[rule.severity]}. ${rule.summary}`);
        assert.deepEqual([...page.matchAll(/^## (.*)$/gm)].map(match => match[1]), ['Why', 'Bad', 'Good', 'Fix', 'Silence']);
        assert.ok(page.includes(`\`# celery: ignore[${rule.code}]\``));
      });

      /** An example that begins with `# Celery 5.6` is for that version. */
      const versionsOf = (files: Record<string, string>): TestedVersions | undefined => {
        const celery = /^# Celery ([\d.]+)$/m.exec(Object.values(files)[0] ?? '')?.[1];
        return celery === undefined ? undefined : { celery, kombu: celery };
      };

      it('shows bad code that the rule finds, and good code that none finds', async () => {
        const bad = examples(page, 'Bad');
        const good = examples(page, 'Good');
        assert.ok(bad.length && good.length);
        for (const files of bad) assert.notEqual((await lint(rule.code, files, {}, false, versionsOf(files))).length, 0, Object.values(files).join('\n'));
        for (const files of good) for (const { code } of rules) assert.deepEqual((await lint(code, files, {}, false, versionsOf(files))).map(({ message }) => message), []);
      });
    });
  }
});
