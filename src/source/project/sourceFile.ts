import { pathToFileURL } from 'node:url';
import { analyze, type Analysis, type Scope } from '../semantics/scopes';
import { Lines } from '../syntax/lines';
import type { Module, Span } from '../syntax/nodes';
import type { Location, Range } from '../../shared/source';

/** One parsed version of a file. Immutable: an edit makes another. */
export class SourceFile {
  #lines: Lines | null = null;
  #analysis: Analysis | null = null;

  /**
   * @param path absolute, or the URI of a document that is no file
   * @param name the Python module that it is imported as
   */
  constructor(readonly path: string, readonly name: string, readonly isPackage: boolean, readonly module: Module, readonly uri: string = pathToFileURL(path).href) {}

  get lines(): Lines {
    return this.#lines ??= new Lines(this.module.text);
  }

  get analysis(): Analysis {
    return this.#analysis ??= analyze(this.module, this);
  }

  text(span: Span): string {
    return this.module.text.slice(span.start, span.end);
  }

  range(span: Span): Range {
    return this.lines.range(span);
  }

  location(span: Span): Location {
    return { uri: this.uri, range: this.range(span) };
  }

  /** Whether a mistake lies in or touches the span. */
  isBroken(span: Span): boolean {
    return this.module.broken.some(broken => broken.start <= span.end && span.start <= broken.end);
  }
}

export function fileOf(scope: Scope): SourceFile {
  return scope.file as SourceFile;
}
