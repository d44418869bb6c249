import type { Span } from '../syntax/nodes';
import type { SourceFile } from '../project/sourceFile';
import type { LintContext } from './context';

export type Severity = 'error' | 'warning' | 'info' | 'hint';

/** A change of text. Without `file` it is in the file of the finding. */
export interface FixEdit {
  readonly file?: SourceFile;
  readonly span: Span;
  readonly text: string;
}

export interface Fix {
  /** What the user reads in the menu: an order, `Use apply_async`. */
  readonly title: string;
  readonly edits: readonly FixEdit[];
  /** True where it means the same or what was surely meant: *fix all* and `--fix` apply it. Others need the user's eye. */
  readonly safe: boolean;
}

/** What a rule found, in the file that it was asked about. */
export interface Finding {
  readonly at: Span;
  readonly message: string;
  /** Where it is not the rule's own. */
  readonly severity?: Severity;
  /** Best first. */
  readonly fixes?: readonly Fix[];
  /** Other places that explain it. */
  readonly related?: readonly { readonly file: SourceFile; readonly at: Span; readonly message: string }[];
}

/** First digit of the code: 1 calling, 2 arguments, 3 definition, 4 retries, 5 canvas and results, 6 Beat, 7 configuration, 8 Django. */
export interface Rule {
  readonly code: `CEL${number}`;
  readonly name: string;
  /** Of its ordinary findings. */
  readonly severity: Severity;
  /** One sentence: what is wrong and what comes of it. */
  readonly summary: string;
  /** True where what is found works for now and will be gone: editors strike it through. */
  readonly deprecates?: boolean;
  /** What is wrong in the file of the context. Only what is known: unknown types, values, decorators and base classes are silence. */
  readonly check: (context: LintContext) => Iterable<Finding>;
}
