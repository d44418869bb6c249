import assert from 'node:assert/strict';
import path from 'node:path';
import { commands, extensions, workspace } from 'vscode';

interface Manifest {
  readonly contributes: { readonly commands?: readonly { readonly command: string }[] };
}

describe('activation', () => {
  const extension = extensions.getExtension<unknown>('celery-workbench.celery-workbench')!;

  it('follows the first Python file', async () => {
    const file = path.join(workspace.workspaceFolders![0]!.uri.fsPath, 'shop/tasks.py');
    await workspace.openTextDocument(file);
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it('registers every command of the manifest', async () => {
    await extension.activate();
    const registered = new Set(await commands.getCommands(true));
    const declared = ((extension.packageJSON as Manifest).contributes.commands ?? []).map(({ command }) => command);
    assert.deepEqual(declared.filter(command => !registered.has(command)), []);
  });
});
