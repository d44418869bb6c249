import { MARKER } from '../../shared/agentProtocol';

/** Changes to an environment: a text sets a variable, null removes it. */
export type EnvironmentChanges = Readonly<Record<string, string | null>>;

/**
 * What an editor leaves in the environment of its processes and what must not reach Python: `ELECTRON_RUN_AS_NODE` would turn an Electron
 * application that a task starts into Node, the rest steers the editor's own processes and terminals.
 */
const EDITORS_OWN = /^(ELECTRON_|VSCODE_|CHROME_DESKTOP$|ORIGINAL_XDG_CURRENT_DESKTOP$|APPLICATION_INSIGHTS_NO_)/;

/**
 * The environment of a child of ours: `base` without the editor's own variables, marked, with `changes` applied in order. Where an AppImage
 * or a Snap has kept the user's value of a variable beside its own (`NAME_VSCODE_SNAP_ORIG`), that is put back.
 */
export function childEnvironment(base: NodeJS.ProcessEnv, marker: string, ...changes: readonly EnvironmentChanges[]): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(base)) if (!EDITORS_OWN.test(name)) environment[name] = value;
  for (const [name, value] of Object.entries(base)) {
    const original = /^(.+)_VSCODE_SNAP_ORIG$/.exec(name)?.[1];
    if (original === undefined || EDITORS_OWN.test(original)) continue;
    delete environment[name];
    if (value) environment[original] = value;
    else delete environment[original];
  }
  // What a task prints is seen when it prints it, and in whatever language.
  environment['PYTHONUNBUFFERED'] = '1';
  environment['PYTHONIOENCODING'] ??= 'utf-8';
  return changed(environment, ...changes, { [MARKER]: marker });
}

/** A copy of `environment` with `changes` applied in order. */
export function changed(environment: NodeJS.ProcessEnv, ...changes: readonly EnvironmentChanges[]): NodeJS.ProcessEnv {
  const copy = { ...environment };
  for (const [name, value] of changes.flatMap(change => Object.entries(change))) {
    if (value === null) delete copy[name];
    else copy[name] = value;
  }
  return copy;
}
