// What the linter finds in real projects, against what a person has judged of it.

/** @typedef {{ project: string, file: string, line: number, code: string }} Place */
/** @typedef {Place & { isTrue: boolean, why: string }} Verdict */

/** The least share of findings that must be right. */
const precision = 0.95;

/** @returns {Verdict[]} the rows of verdicts.tsv */
export function readVerdicts(/** @type {string} */ text) {
  return text.trimEnd().split('\n').slice(1).map((row, index) => {
    const [project = '', file = '', line = '', code = '', verdict = '', why = '', ...rest] = row.split('\t');
    if (!project || !file || !/^\d+$/.test(line) || !code || !['true', 'false'].includes(verdict) || !why || rest.length) throw new Error(`verdicts.tsv:${index + 2} is not: repository@commit, file, line, code, true or false, why`);
    return { project, file, line: Number(line), code, isTrue: verdict === 'true', why };
  });
}

/** What is wrong with the findings of the projects that were looked at; empty where all is as judged. */
export function judge(/** @type {readonly Place[]} */ found, /** @type {readonly Verdict[]} */ verdicts, /** @type {ReadonlySet<string>} */ projects) {
  const judged = verdicts.filter(({ project }) => projects.has(project));
  const known = new Set(judged.map(keyOf));
  const present = new Set(found.map(keyOf));
  const problems = [
    ...found.filter(place => !known.has(keyOf(place))).map(place => `not judged: ${keyOf(place)}`),
    ...judged.filter(place => !present.has(keyOf(place))).map(place => `no longer found: ${keyOf(place)}`),
  ];
  const right = judged.filter(({ isTrue }) => isTrue).length;
  if (right < precision * judged.length) problems.push(`only ${right} of ${judged.length} findings are right`);
  return problems;
}

function keyOf(/** @type {Place} */ { project, file, line, code }) {
  return `${project} ${file}:${line} ${code}`;
}
