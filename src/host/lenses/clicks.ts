import * as vscode from 'vscode';
import type { Disposable } from '../lifecycle';

/** Ids that are kept; a screen shows some dozens of lenses. */
const LIMIT = 1_000;

/**
 * Lens commands that can always be clicked. VS Code keeps the arguments of a lens only until the next lenses of the document are there, and a click on
 * one that is just being replaced ends in "Actual command not found". So each command with its arguments gets an id of its own, which has none.
 */
export class LensClicks implements Disposable {
  private readonly registered = new Map<string, vscode.Disposable & { readonly id: string }>();
  private count = 0;

  /** The same command, as one without arguments. */
  of({ command, arguments: args, ...shown }: vscode.Command): vscode.Command {
    const key = JSON.stringify([command, args]);
    const known = this.registered.get(key);
    if (!known) return { ...shown, command: this.register(key, command, args ?? []) };
    // Used last, dropped last.
    this.registered.delete(key);
    this.registered.set(key, known);
    return { ...shown, command: known.id };
  }

  dispose(): void {
    for (const registration of this.registered.values()) registration.dispose();
    this.registered.clear();
  }

  private register(key: string, command: string, args: readonly unknown[]): string {
    // The underscore keeps it out of every list of commands.
    const id = `_celery.lens.${++this.count}`;
    const registration = vscode.commands.registerCommand(id, () => vscode.commands.executeCommand(command, ...args));
    this.registered.set(key, { id, dispose: () => void registration.dispose() });
    for (const [oldest, registration] of this.registered) {
      if (this.registered.size <= LIMIT) break;
      registration.dispose();
      this.registered.delete(oldest);
    }
    return id;
  }
}
