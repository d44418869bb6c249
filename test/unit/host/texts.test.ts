import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = process.env.REPOSITORY!;
const files = readdirSync(path.join(root, 'src/host'), { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts')).map(file => `src/host/${file}`);

/** Each call of `t` or `l10n.t`, with what follows its opening bracket. */
function* calls(): Generator<{ readonly file: string; readonly rest: string }> {
  for (const file of files) {
    const text = readFileSync(path.join(root, file), 'utf8');
    for (const match of text.matchAll(/(?<![\w.])(?:vscode\.)?(?:l10n\.)?t\((?!message\b)/g)) yield { file, rest: text.slice(match.index + match[0].length).trimStart() };
  }
}

describe('texts that users see', () => {
  it('are literals, so that they can be collected for translation', () => {
    const others = [...calls()].filter(({ rest }) => !/^'(?:[^'\\]|\\.)+'\s*[,)]/.test(rest)).map(({ file, rest }) => `${file}: ${rest.slice(0, 60)}`);
    assert.deepEqual(others, []);
  });

  it('number their places from 0 without a gap', () => {
    for (const { file, rest } of calls()) {
      const places = [...new Set([...(/^'((?:[^'\\]|\\.)+)'/.exec(rest)?.[1] ?? '').matchAll(/\{(\d+)\}/g)].map(match => Number(match[1])))].sort();
      assert.deepEqual(places, places.map((_, index) => index), `${file}: ${rest.slice(0, 60)}`);
      if (places.length === 0) assert.match(rest, /^'(?:[^'\\]|\\.)+'\s*\)/, `${file}: nothing stands for the argument in ${rest.slice(0, 60)}`);
    }
  });
});
