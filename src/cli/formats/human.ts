import { count } from '../../source/lint/phrases';
import { rules } from '../../source/lint/registry';
import type { Severity } from '../../source/lint/rule';
import type { Report } from '../lint';
import { place } from './json';

const colors: Readonly<Record<Severity, string>> = { error: '31', warning: '33', info: '36', hint: '90' };
const widest = 160;

/** For reading: place, severity, rule, message, and the line with what is meant underlined. */
export function humanReport({ found, relative, color }: Report): string {
  const paint = (text: string, code: string): string => color ? `\x1b[${code}m${text}\x1b[0m` : text;
  return found.map(({ rule, file, at, severity, message, fixes = [] }) => {
    const { line, column, endLine, endColumn } = place(file, at);
    const text = file.module.text.slice(file.lines.lineStart(line - 1), file.lines.lineEnd(line - 1));
    const margin = ' '.repeat(String(line).length);
    const length = Math.max(1, (line === endLine ? endColumn : text.length + 1) - column);
    const excerpt = text.length > widest ? [] : [
      ` ${paint(`${margin} |`, '90')}`,
      ` ${paint(`${line} |`, '90')} ${text}`,
      ` ${paint(`${margin} |`, '90')} ${text.slice(0, column - 1).replace(/[^\t]/g, ' ')}${paint('^'.repeat(length), colors[severity])}`,
    ];
    const fix = fixes[0] ? [` ${paint(`${margin} =`, '90')} ${fixes[0].safe ? 'fix' : 'suggestion'}: ${fixes[0].title}`] : [];
    return [`${paint(relative(file.path), '1')}:${line}:${column}: ${paint(severity, colors[severity])} ${paint(rule.code, '1')} ${message}`, ...excerpt, ...fix, ''].join('\n');
  }).join('\n');
}

export function summary({ found }: Report, fixed: number): string {
  const parts = (['error', 'warning', 'info', 'hint'] as const).flatMap(severity => {
    const number = found.filter(diagnosis => diagnosis.severity === severity).length;
    return number ? [severity === 'info' ? `${number} info` : count(number, severity)] : [];
  });
  const fixable = found.filter(({ fixes }) => fixes?.some(({ safe }) => safe)).length;
  const lines = [
    ...(fixed ? [`Fixed ${fixed}.`] : []),
    parts.length ? `Found ${parts.join(', ')}.` : 'Nothing found.',
    ...(fixable ? [`${fixable} can be fixed with --fix.`] : []),
  ];
  return `${found.length ? '\n' : ''}${lines.join(' ')}\n`;
}

export function statistics({ found }: Report): string {
  return rules.map(rule => ({ rule, number: found.filter(diagnosis => diagnosis.rule === rule).length })).filter(({ number }) => number)
    .sort((a, b) => b.number - a.number).map(({ rule, number }) => `${String(number).padStart(5)}  ${rule.code}  ${rule.name}\n`).join('');
}
