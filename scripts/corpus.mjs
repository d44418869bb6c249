// Runs the linter over copies of real projects: `npm run corpus -- FOLDER`, or some of them with their names, `owner/name`, after it.
// A copy is FOLDER/<owner>+<name>, at the commit that test/corpus/repositories.txt says.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { judge, readVerdicts } from './lib/corpus.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [folder = process.env['CELERY_WORKBENCH_CORPUS'], ...chosen] = process.argv.slice(2);
if (!folder) throw new Error('Name the folder with the copies: npm run corpus -- FOLDER, or CELERY_WORKBENCH_CORPUS');

const found = [];
const absent = [];
const projects = new Set();
for (const project of (await readFile(path.join(root, 'test/corpus/repositories.txt'), 'utf8')).trim().split('\n')) {
  const name = project.replace(/@.*/, '');
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const copy = path.join(folder, name.replace('/', '+'));
  if (!existsSync(copy)) {
    absent.push(`not there: ${project}`);
    continue;
  }
  projects.add(project);
  const started = Date.now();
  const serious = (await lint(copy)).filter(({ severity }) => severity === 'error' || severity === 'warning');
  found.push(...serious.map(({ file, line, code }) => ({ project, file, line, code })));
  console.log(`${project}: ${serious.length} (${Date.now() - started} ms)`);
}
if (projects.size === 0) throw new Error(`No project of test/corpus/repositories.txt is in ${folder}`);

const problems = [...absent, ...judge(found, readVerdicts(await readFile(path.join(root, 'test/corpus/verdicts.tsv'), 'utf8')), projects)];
for (const problem of problems) console.log(problem);
console.log(`${projects.size} projects, ${found.length} findings, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** @returns {Promise<{ file: string, line: number, code: string, severity: string }[]>} */
function lint(/** @type {string} */ cwd) {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [path.join(root, 'dist/cli.js'), 'lint', '--format', 'json'], { cwd, maxBuffer: 1 << 28, timeout: 300_000 }, (error, out, err) => {
      // 1 says that there are findings.
      if (error && error.code !== 1) reject(new Error(`${cwd}: ${err || error.message}`));
      else resolve(JSON.parse(out));
    });
  });
}
