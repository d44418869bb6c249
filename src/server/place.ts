import type { TextDocumentPositionParams } from 'vscode-languageserver/node';
import type { Linked } from '../source/project/linked';
import type { Project } from '../source/project/project';
import type { SourceFile } from '../source/project/sourceFile';
import { keyOf } from './convert';

/** Where a question is asked, in the text as it stands in the editor. */
export interface Place {
  readonly linked: Linked;
  readonly file: SourceFile;
  readonly offset: number;
}

/** Null where nothing can be said yet, or not of that document. */
export function placeOf(project: Project, { textDocument, position }: TextDocumentPositionParams): Place | null {
  if (project.indexing) return null;
  const { linked } = project;
  const file = project.file(keyOf(textDocument.uri));
  return file && { linked, file, offset: file.lines.offset(position) };
}

/** A place where the parser understood what stands there. */
export function soundPlaceOf(project: Project, params: TextDocumentPositionParams): Place | null {
  const place = placeOf(project, params);
  return place && !place.file.isBroken({ start: place.offset, end: place.offset }) ? place : null;
}
