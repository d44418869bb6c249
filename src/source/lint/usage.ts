import type { Linked } from '../project/linked';
import type { SourceFile } from '../project/sourceFile';
import type { Span, Statement } from '../syntax/nodes';
import { once } from './context';

const inFile = once((pattern: RegExp) => once((file: SourceFile) => pattern.test(file.module.text)));
const inProject = once((pattern: RegExp) => once(({ files }: Linked) => files.some(inFile(pattern))));

/** Whether some file of the project matches. Each is read once for a pattern, however many rules and files ask; so patterns are constants. */
export function mentions(linked: Linked, pattern: RegExp): boolean {
  return inProject(pattern)(linked);
}

/** Whether some code mentions a name anywhere else than at the places given and in comments: then it may have a use that we do not see. */
export function isMentioned(name: string, linked: Linked, except: readonly { readonly file: SourceFile; readonly at: Span }[]): boolean {
  const pattern = new RegExp(`(?<![\\w])${name}(?![\\w])`, 'g');
  return linked.files.some(file => {
    for (const { index } of file.module.text.matchAll(pattern)) {
      const end = index + name.length;
      const own = except.some(({ file: other, at }) => other === file && at.start <= index && end <= at.end);
      if (!own && !isInComment(file, index)) return true;
    }
    return false;
  });
}

/** Whether some code of the project reads an attribute of that name, of whatever object. */
export function isAttributeRead(name: string, linked: Linked): boolean {
  let pattern = reading.get(name);
  if (!pattern) reading.set(name, pattern = new RegExp(`\\.${name}\\b|attr\\([^()]*["']${name}["']`));
  return mentions(linked, pattern);
}

/** Names of options, of which there are few. */
const reading = new Map<string, RegExp>();

function isInComment(file: SourceFile, offset: number): boolean {
  const { text } = file.module;
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return /^\s*#/.test(text.slice(start, offset));
}

/** Whether what stands at a place runs only under a condition: in an `if`, a loop, a `try`, a `match`, or in a function. */
export function isConditional(file: SourceFile, at: Span): boolean {
  const visit = (body: readonly Statement[]): boolean => {
    const statement = body.find(({ start, end }) => start <= at.start && at.end <= end);
    switch (statement?.kind) {
      case 'If': case 'For': case 'While': case 'Try': case 'Match': case 'FunctionDef': return true;
      case 'With': case 'ClassDef': return visit(statement.body);
      default: return false;
    }
  };
  return visit(file.module.body);
}

/** Modules that are no production: tests, development, local machines, examples. */
export function isDevelopmentModule(file: SourceFile): boolean {
  const parts = [...file.name.split('.'), ...file.path.split(/[\\/]/).slice(-4, -1)];
  return parts.some(part => /^(tests?|testing|conftest|dev|devel|develop|development|local|debug|ci|sandbox|demo|docs|examples?|samples?|playground|benchmarks?)$|_(tests?|testing|dev|development|local|ci|debug)$|^(tests?|dev|local|ci)_/i.test(part));
}
