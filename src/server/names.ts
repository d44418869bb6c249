import type { Range } from 'vscode-languageserver/node';
import type { Literal, TaskNames } from '../source/celery/taskNames';
import { contentSpan } from '../source/lint/edits';
import type { SourceFile } from '../source/project/sourceFile';

type Found = NonNullable<ReturnType<TaskNames['at']>>;

/** The name without its quotes; the whole literal where it is not written as it is. */
export function literalRange({ file, node }: Literal): Range {
  return file.range(contentSpan(file, node) ?? node);
}

export function nameRange({ literal, span }: Found, file: SourceFile): Range {
  return literal ? literalRange(literal) : file.range(span);
}
