import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ArtifactLocation, Log, Region, ReportingDescriptor, Result } from 'sarif';
import { rules } from '../../source/lint/registry';
import type { Rule, Severity } from '../../source/lint/rule';
import type { SourceFile } from '../../source/project/sourceFile';
import type { Span } from '../../source/syntax/nodes';
import type { Report } from '../lint';
import { place } from './json';

const levels: Readonly<Record<Severity, Result.level>> = { error: 'error', warning: 'warning', info: 'note', hint: 'note' };

/** SARIF 2.1.0 (OASIS), with the fixes, and the pages of the rules, which GitHub shows beside the findings. */
export function sarifReport({ found, relative, url, page }: Report): string {
  const location = (file: SourceFile): ArtifactLocation => locationOf(file.path, relative(file.path));
  const descriptor = ({ code, name, severity, summary }: Rule): ReportingDescriptor => ({
    id: code, name, shortDescription: { text: summary }, fullDescription: { text: summary }, help: { text: page(code), markdown: page(code) }, helpUri: url(code),
    defaultConfiguration: { level: levels[severity] },
  });
  const used = rules.filter(rule => found.some(diagnosis => diagnosis.rule === rule));
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{
      tool: {
        driver: {
          name: 'celery-workbench',
          rules: used.map(descriptor),
        },
      },
      columnKind: 'utf16CodeUnits',
      results: found.map(({ rule, file, at, severity, message, fixes = [] }) => ({
        ruleId: rule.code,
        ruleIndex: used.indexOf(rule),
        level: levels[severity],
        message: { text: message },
        locations: [{ physicalLocation: { artifactLocation: location(file), region: region(file, at) } }],
        ...(fixes.length ? {
          fixes: fixes.map(({ title, edits }) => ({
            description: { text: title },
            artifactChanges: [...new Set(edits.map(edit => edit.file ?? file))].map(target => ({
              artifactLocation: location(target),
              replacements: edits.filter(edit => (edit.file ?? file) === target).map(edit => ({ deletedRegion: region(target, edit.span), insertedContent: { text: edit.text } })),
            })),
          })),
        } : {}),
      })),
    }],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

/** From the working directory, which is the root of the sources; what lies outside it stands for itself. */
function locationOf(file: string, relative: string): ArtifactLocation {
  if (relative.startsWith('../') || path.isAbsolute(relative)) return { uri: pathToFileURL(file).href };
  return { uri: relative.split('/').map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' };
}

function region(file: SourceFile, at: Span): Region {
  const { line, column, endLine, endColumn } = place(file, at);
  return { startLine: line, startColumn: column, endLine, endColumn };
}
