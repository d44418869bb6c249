import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { MonitorTarget } from '../../shared/monitorProtocol';
import { t } from '../l10n';
import { monitorHtml } from './html';
import { MonitorSession } from './session';
import type { MonitorSource } from './source';

export const monitorViewType = 'celery.monitor';

/** The one Monitor of a window: created when asked for, revived after a reload, destroyed with its tab. */
export class MonitorPanel {
  private current: { readonly panel: vscode.WebviewPanel; readonly session: MonitorSession } | null = null;

  constructor(private readonly extensionUri: vscode.Uri, private readonly source: MonitorSource, private readonly log: vscode.LogOutputChannel) {}

  open(target: MonitorTarget | null): void {
    if (!this.current) {
      const title = t('Celery Monitor');
      this.adopt(vscode.window.createWebviewPanel(monitorViewType, title, { viewColumn: vscode.ViewColumn.Active }, this.options()));
    }
    const { panel, session } = this.current!;
    if (target) session.show(target);
    panel.reveal();
  }

  /** Takes over a panel that the editor has kept over a reload. */
  adopt(panel: vscode.WebviewPanel): void {
    this.current?.panel.dispose();
    const { webview } = panel;
    webview.options = this.options();
    panel.iconPath = { light: vscode.Uri.joinPath(this.extensionUri, 'media/monitor-light.svg'), dark: vscode.Uri.joinPath(this.extensionUri, 'media/monitor-dark.svg') };
    const session = new MonitorSession(this.source, {
      post: message => void webview.postMessage(message),
      copy: async text => vscode.env.clipboard.writeText(text),
      refused: message => this.log.warn(`Monitor: refused a message of the page: ${JSON.stringify(message)?.slice(0, 200)}`),
    });
    const current = (this.current = { panel, session });
    const listeners = [
      webview.onDidReceiveMessage((message: unknown) => session.receive(message)),
      panel.onDidChangeViewState(() => session.setVisible(panel.visible)),
    ];
    panel.onDidDispose(() => {
      session.dispose();
      for (const listener of listeners) listener.dispose();
      if (this.current === current) this.current = null;
    });
    webview.html = this.html(webview);
  }

  dispose(): void {
    this.current?.panel.dispose();
  }

  private options(): vscode.WebviewOptions {
    return { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(this.extensionUri, 'dist', 'webview')] };
  }

  private html(webview: vscode.Webview): string {
    const address = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(this.extensionUri, 'dist', 'webview', name)).toString();
    return monitorHtml({
      script: address('monitor.js'),
      style: address('monitor.css'),
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('base64url'),
      language: vscode.env.language,
      strings: vscode.l10n.bundle ?? {},
    });
  }
}
