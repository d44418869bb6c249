import * as vscode from 'vscode';
import type { WaitingMessage, WaitingMessages } from '../../shared/waiting';
import { t } from '../l10n';
import { runCommand } from '../manifest';
import type { Workbench } from '../workbench';
import { messageRow } from './messageRows';

interface Item extends vscode.QuickPickItem {
  readonly message: WaitingMessage;
}

/** Lists what waits in a queue, first to run first, as it is at this moment; a message can be taken out where the broker can do that. */
export async function showMessages({ agent }: Workbench, queue: string): Promise<void> {
  const remove: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('trash'), tooltip: t('Remove From Queue') };
  const again: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('refresh'), tooltip: t('Look Again') };
  const pick = vscode.window.createQuickPick<Item>();
  pick.matchOnDescription = pick.matchOnDetail = true;
  pick.buttons = [again];
  // A question must not close the list that it is about.
  pick.ignoreFocusOut = true;

  const look = async (): Promise<void> => {
    pick.busy = true;
    try {
      const waiting = await agent.request('queue/peek', { name: queue });
      pick.title = titleOf(queue, waiting);
      pick.placeholder = waiting.messages.length > 0 ? t('First to run first. Enter opens a run in the Monitor') : t('Nothing waits in {0}', queue);
      pick.items = waiting.messages.map(message => ({ ...messageRow(message, Date.now()), message, buttons: waiting.removable ? [remove] : [] }));
    } finally {
      pick.busy = false;
    }
  };

  try {
    await look();
    await new Promise<void>((resolve, reject) => {
      const attempt = (work: () => Promise<void>): void => void work().catch(reject);
      pick.onDidTriggerButton(() => attempt(look));
      pick.onDidTriggerItemButton(({ item }) => attempt(async () => {
        const { message } = item;
        const answer = t('Remove');
        const detail = t('It is deleted, and what it asks for never runs. This cannot be undone.');
        if ((await vscode.window.showWarningMessage(t('Remove {0} from {1}?', item.label, queue), { modal: true, detail }, answer)) !== answer) return pick.show();
        const { removed } = await agent.request('queue/remove', { key: message.key });
        vscode.window.setStatusBarMessage(removed ? t('Removed {0} from {1}', item.label, queue) : t('{0} is not in {1} any more', item.label, queue), 6_000);
        await look();
        pick.show();
      }));
      pick.onDidAccept(() => {
        const [item] = pick.activeItems;
        if (!item?.message.id) return;
        pick.hide();
        attempt(() => runCommand('celery.monitor.open', { run: item.message.id! }));
      });
      pick.onDidHide(() => resolve());
      pick.show();
    });
  } finally {
    pick.dispose();
  }
}

function titleOf(queue: string, { messages, depth }: WaitingMessages): string {
  return messages.length < depth ? t('{0}: the first {1} of {2} waiting messages', queue, messages.length, depth) : t('{0}: {1} waiting', queue, depth);
}
