import { signatureCode } from './callText';

/** What to append to a samples file of text `before`, and the import that it needs where it is not there. */
export function sampleText(before: string, call: string, options: string, module: string | null): { readonly text: string; readonly importLine: { readonly offset: number; readonly text: string } | null } {
  const name = call.slice(0, call.indexOf('(')).trim();
  const root = name.split('.')[0]!;
  const needed = module ? `from ${module} import ${root}` : null;
  const gap = before === '' || before.endsWith('\n') ? '' : '\n';
  let importLine: { offset: number; text: string } | null = null;
  if (needed && !before.split('\n').some(line => line.trim() === needed)) {
    const lastImport = [...before.matchAll(/^(?:from|import) .*$/gm)].at(-1);
    const docstring = /^(?:"""[^]*?"""|'''[^]*?''')[^\n]*\n?/.exec(before);
    const offset = lastImport ? lastImport.index + lastImport[0].length : (docstring?.[0].length ?? 0);
    const atLineStart = offset === 0 || before[offset - 1] === '\n';
    importLine = { offset, text: lastImport ? `\n${needed}` : `${atLineStart ? '' : '\n'}\n${needed}\n` };
  }
  return { text: `${gap}\n${signatureCode({ call, options })}\n`, importLine };
}
