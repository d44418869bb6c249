import type { ExtensionContext, LogOutputChannel } from 'vscode';
import type { AgentClient } from './agentClient/agentClient';
import type { ProjectSource } from './languageClient/projectSource';
import type { ServiceLogs } from './log/serviceLogs';
import type { Confirmations } from './run/confirmations';
import type { Runner } from './run/runner';
import type { ExpectedInterpreter } from './settings/expectedInterpreter';
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
  readonly interpreter: ExpectedInterpreter;
  readonly runner: Runner;
  readonly confirmations: Confirmations;
  readonly logs: ServiceLogs;
}
