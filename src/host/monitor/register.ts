import * as vscode from 'vscode';
import type { MonitorTarget } from '../../shared/monitorProtocol';
import { MonitorPanel, monitorViewType } from './panel';
import type { MonitorSource } from './source';

export interface Monitor extends vscode.Disposable {
  open(target: MonitorTarget): void;
}

/** The Monitor: an editor tab with all runs and schedules. It survives a reload of the window. */
export function registerMonitor(extensionUri: vscode.Uri, source: MonitorSource, log: vscode.LogOutputChannel): Monitor {
  const monitor = new MonitorPanel(extensionUri, source, log);
  const serializer = vscode.window.registerWebviewPanelSerializer(monitorViewType, {
    deserializeWebviewPanel(panel) {
      monitor.adopt(panel);
      return Promise.resolve();
    },
  });
  return {
    open: target => monitor.open(target),
    dispose() {
      serializer.dispose();
      monitor.dispose();
    },
  };
}
