import type { ExtensionContext, LogOutputChannel } from 'vscode';
import type { AgentClient } from './agentClient/agentClient';
import type { ProjectSource } from './languageClient/projectSource';
import type { ServiceLogs } from './log/serviceLogs';
import type { Runner } from './run/runner';
import type { Project } from './settings/project';

/** What features share. Made once by the extension; each feature takes it in its `register`. */
export interface Workbench {
  readonly context: ExtensionContext;
  readonly log: LogOutputChannel;
  /** The running system. */
  readonly agent: AgentClient;
  /** The source. */
  readonly source: ProjectSource;
  /** Which app, directory and interpreter. */
  readonly project: Project;
  readonly runner: Runner;
  readonly logs: ServiceLogs;
}
