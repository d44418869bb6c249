import { rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Range } from 'vscode-languageserver/node';
import { directory } from '../source/workspace';
import { Client } from './client';

/** The built server over a project whose files have a `‹name›` where questions are asked. */
export class MarkedProject {
  private constructor(readonly client: Client, readonly roots: readonly string[], private readonly marks: ReadonlyMap<string, { readonly uri: string; readonly line: number; readonly character: number }>, private readonly texts: ReadonlyMap<string, string>) {}

  /** @param folders files of each folder of the workspace, `‹name›` where a question is asked */
  static async open(...folders: readonly Readonly<Record<string, string>>[]): Promise<MarkedProject> {
    const marks = new Map<string, { uri: string; line: number; character: number }>();
    const texts = new Map<string, string>();
    const roots = folders.map(files => {
      const clean = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, text.replace(/‹\w+›/g, '')]));
      const root = directory(clean);
      for (const [name, text] of Object.entries(files)) {
        const uri = pathToFileURL(path.join(root, name)).href;
        texts.set(uri, clean[name]!);
        for (const { 1: mark, index } of text.matchAll(/‹(\w+)›/g)) marks.set(mark!, { uri, ...positionOf(text.slice(0, index).replace(/‹\w+›/g, '')) });
      }
      return root;
    });
    const client = await Client.start(roots, 'ipc');
    await client.indexed();
    return new MarkedProject(client, roots, marks, texts);
  }

  close(): void {
    this.client.process.kill('SIGKILL');
    for (const root of this.roots) rmSync(root, { recursive: true, force: true });
  }

  uri(name: string, folder = 0): string {
    return pathToFileURL(path.join(this.roots[folder]!, name)).href;
  }

  /** What identifies a mark in a request. */
  at(mark: string): { textDocument: { uri: string }; position: { line: number; character: number } } {
    const found = this.marks.get(mark);
    if (!found) throw new Error(`There is no mark ${mark}`);
    return { textDocument: { uri: found.uri }, position: { line: found.line, character: found.character } };
  }

  ask<T>(method: string, mark: string, more: object = {}): Promise<T> {
    return this.client.connection.sendRequest<T>(method, { ...this.at(mark), ...more });
  }

  async type(name: string, text: string): Promise<void> {
    await this.client.connection.sendNotification('textDocument/didOpen', { textDocument: { uri: this.uri(name), languageId: 'python', version: 1, text } });
  }

  async discard(name: string): Promise<void> {
    await this.client.connection.sendNotification('textDocument/didClose', { textDocument: { uri: this.uri(name) } });
  }

  /** `name.py:3 text` of a place. */
  show({ uri, range }: { readonly uri: string; readonly range: Range }): string {
    const line = this.texts.get(uri)!.split('\n')[range.start.line]!;
    return `${path.basename(uri)}:${range.start.line + 1} ${line.slice(range.start.character, range.end.line === range.start.line ? range.end.character : undefined)}`;
  }
}

function positionOf(before: string): { line: number; character: number } {
  const lines = before.split('\n');
  return { line: lines.length - 1, character: lines.at(-1)!.length };
}
