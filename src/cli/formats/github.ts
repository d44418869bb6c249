import type { Report } from '../lint';
import { place } from './json';

const commands = { error: 'error', warning: 'warning', info: 'notice', hint: 'notice' } as const;

/** Annotations of a GitHub workflow. */
export function githubReport({ found, relative }: Report): string {
  return found.map(({ rule, file, at, severity, message }) => {
    const { line, column, endLine, endColumn } = place(file, at);
    // GitHub takes columns only where the annotation is on one line.
    const columns = line === endLine ? `,col=${column},endColumn=${endColumn}` : '';
    return `::${commands[severity]} file=${property(relative(file.path))},line=${line},endLine=${endLine}${columns},title=${property(`${rule.code} ${rule.name}`)}::${data(message)}\n`;
  }).join('');
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
