import assert from 'node:assert/strict';
import { rules } from '../../../../src/source/lint/registry';
import type { Sources } from '../ruleTester';
import { projects } from './projects';
import { mutations } from './mutations';
import { assertRecall, Bench, recallOf, type Recall } from './suite';

describe('mistakes made mechanically', function () {
  this.timeout(120_000);
  const open = new Map<string, { sources: Sources; bench: Bench }>();
  let recalls: readonly Recall[] = [];
  before(async () => {
    for (const [name, sources] of Object.entries(projects)) open.set(name, { sources, bench: await Bench.open(sources) });
    recalls = recallOf(mutations, open, rules);
  });
  after(() => {
    for (const { bench } of open.values()) bench.close();
    console.log(recalls.map(({ code, caught, mutants, projects: number }) => `      ${code}  ${caught} of ${mutants} in ${number} projects`).join('\n'));
  });

  for (const name of Object.keys(projects)) {
    it(`nothing is found in the project with ${name} as it is`, () => {
      const { bench } = open.get(name)!;
      assert.deepEqual(bench.lint({}, rules).map(finding => `${bench.describe(finding)}: ${finding.message}`), []);
    });
  }

  it('there are some for each rule and for no other', () => {
    assert.deepEqual(Object.keys(mutations).sort(), rules.map(({ code }) => code));
  });

  for (const { code, name } of rules) {
    it(`${code} ${name} catches each, alone, where it is, and fixes it`, () => {
      const recall = recalls.find(candidate => candidate.code === code);
      assert.ok(recall, `${code} has no mutations`);
      assertRecall(recall);
    });
  }

  it('a rule that finds nothing fails', () => {
    for (const { code } of rules) {
      const emptied = rules.map(rule => rule.code === code ? { ...rule, *check() { /* the body is gone */ } } : rule);
      const [recall] = recallOf({ [code]: mutations[code]! }, open, emptied);
      assert.equal(recall!.caught, 0, code);
      assert.throws(() => assertRecall(recall!), /misses/);
    }
  });
});
