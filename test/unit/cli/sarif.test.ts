import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import schema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json';
import Ajv from 'ajv';
import draft4 from 'ajv/lib/refs/json-schema-draft-04.json';
import type { ArtifactLocation, Log, Region, Run } from 'sarif';
import { rules } from '../../../src/source/lint/registry';
import { directory, write } from '../source/workspace';
import { runProgram } from './program';

const task = 'from celery import shared_task\n\n@shared_task(max_retry=3)\ndef add(x, y): ...\n\nadd.delay("🌱", 2, countdown=5)\n';
const pages = path.join(process.env.REPOSITORY!, 'docs/rules');

/** What the pages of the rules show as bad, each in a file of its own. */
function badExamples(): Record<string, string> {
  return Object.fromEntries(rules.flatMap(({ code }) => {
    const [, bad] = readFileSync(path.join(pages, `${code}.md`), 'utf8').split(/^## (?:Bad|Good)\n/m);
    return [...bad!.matchAll(/^```python\n([\s\S]*?)^```$/gm)].map(([, text], index) => [`pages/${code}/example${index}.py`, text!]);
  }));
}

/** The schema that OASIS made of the format. */
const ajv = new Ajv({ schemaId: 'auto' }).addMetaSchema(draft4);
const isSarif = ajv.compile(schema);

describe('SARIF', function () {
  this.timeout(30_000);
  let root = '';
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const report = (files: Readonly<Record<string, string>>, ...paths: readonly string[]): Run => {
    root = directory(files);
    const { out, error } = runProgram(root, ['lint', '--format', 'sarif', ...paths]);
    assert.equal(error, '');
    const log = JSON.parse(out) as Log;
    assert.ok(isSarif(log), JSON.stringify(isSarif.errors, null, 2));
    assert.equal(log.runs.length, 1);
    return log.runs[0]!;
  };

  it('is what its schema says, for what is bad on the pages of all rules, and what GitHub asks for beyond', () => {
    const files = badExamples();
    const { tool: { driver }, columnKind, results = [] } = report(files);
    assert.equal(columnKind, 'utf16CodeUnits');
    assert.equal(driver.name, 'celery-workbench');
    const described = driver.rules ?? [];
    assert.ok(described.length > rules.length / 2 && results.length >= described.length && results.some(({ fixes }) => fixes));
    assert.equal(new Set(described.map(({ id }) => id)).size, described.length);
    for (const { id, name, shortDescription, fullDescription, help, helpUri, defaultConfiguration } of described) {
      assert.ok(name && shortDescription!.text.length <= 1024 && fullDescription!.text.length <= 1024 && defaultConfiguration!.level);
      assert.ok(help!.text.startsWith(`# ${id} `) && help!.markdown === help!.text);
      assert.equal(readFileSync(fileURLToPath(helpUri!), 'utf8').trim(), help!.text.trim());
    }
    const target = ({ uri, uriBaseId }: ArtifactLocation): string => {
      assert.equal(uriBaseId, '%SRCROOT%');
      assert.ok(uri! in files, uri);
      return files[uri!]!;
    };
    for (const { ruleId, ruleIndex, level, message, locations, fixes } of results) {
      assert.equal(described[ruleIndex!]!.id, ruleId);
      assert.ok(message.text && level && level !== 'none' && locations!.length === 1);
      const { artifactLocation, region } = locations![0]!.physicalLocation!;
      isWithin(region!, target(artifactLocation!));
      for (const { description, artifactChanges } of fixes ?? []) {
        assert.ok(description!.text);
        assert.equal(new Set(artifactChanges.map(change => change.artifactLocation.uri)).size, artifactChanges.length);
        for (const { artifactLocation: changed, replacements } of artifactChanges) for (const { deletedRegion } of replacements) isWithin(deletedRegion, target(changed));
      }
    }
  });

  it('encodes all that means something else in a URI', () => {
    const { results = [] } = report({ 'a b#1?/100%:ü.py': task });
    assert.deepEqual([...new Set(results.map(({ locations }) => locations![0]!.physicalLocation!.artifactLocation!.uri))], ['a%20b%231%3F/100%25%3A%C3%BC.py']);
    const { fixes } = results.find(({ ruleId }) => ruleId === 'CEL102')!;
    assert.equal(fixes![0]!.artifactChanges[0]!.artifactLocation.uri, 'a%20b%231%3F/100%25%3A%C3%BC.py');
  });

  it('counts columns as editors do', () => {
    const { results = [] } = report({ 'tasks.py': task });
    // The seed is one sign of two units.
    assert.deepEqual(results.map(({ ruleId, locations }) => [ruleId, locations![0]!.physicalLocation!.region]), [
      ['CEL301', { startLine: 3, startColumn: 14, endLine: 3, endColumn: 23 }],
      ['CEL102', { startLine: 6, startColumn: 20, endLine: 6, endColumn: 29 }],
    ]);
  });

  it('says where a file is that lies outside the working directory', () => {
    const elsewhere = directory({ 'pyproject.toml': '' });
    try {
      write(elsewhere, { 'tasks.py': task });
      const { results = [] } = report({}, path.join(elsewhere, 'tasks.py'));
      for (const { locations } of results) {
        const { uri, uriBaseId } = locations![0]!.physicalLocation!.artifactLocation!;
        assert.equal(uriBaseId, undefined);
        assert.equal(readFileSync(fileURLToPath(uri!), 'utf8'), task);
      }
      assert.equal(results.length, 2);
    } finally {
      rmSync(elsewhere, { recursive: true, force: true });
    }
  });

  it('has no result where nothing is found', () => {
    assert.deepEqual(report({ 'tasks.py': 'import celery\n' }).results, []);
  });
});

/** A region lies in its text: lines and columns from 1, its end not before its start. */
function isWithin({ startLine, startColumn, endLine, endColumn }: Region, text: string): void {
  const lines = text.split('\n');
  assert.ok(startLine! >= 1 && startColumn! >= 1 && endLine! >= startLine! && (endLine! > startLine! || endColumn! >= startColumn!));
  assert.ok(endLine! <= lines.length && startColumn! <= lines[startLine! - 1]!.length + 1 && endColumn! <= lines[endLine! - 1]!.length + 1);
}
