/** User settings for trying it out: the sample project and the extension, and nothing of VS Code that comes between. */
export const sampleSettings = {
  'chat.disableAIFeatures': true,
  'extensions.ignoreRecommendations': true,
  'files.exclude': { '**/__pycache__': true, '**/.venv': true },
  'git.enabled': false,
  'remote.autoForwardPorts': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
};

/** For tests and pictures beside that: nothing moves by itself, typed text arrives as it is typed, a terminal's text is in the page. */
export const quietSettings = {
  ...sampleSettings,
  'editor.autoClosingBrackets': 'never',
  'editor.autoClosingQuotes': 'never',
  'editor.autoIndent': 'none',
  'editor.minimap.enabled': false,
  'editor.occurrencesHighlight': 'off',
  'extensions.autoCheckUpdates': false,
  'files.autoSave': 'off',
  // What *Go to File* finds is what was meant.
  'files.exclude': { '**/__pycache__': true },
  'security.workspace.trust.startupPrompt': 'never',
  'terminal.integrated.gpuAcceleration': 'off',
  'workbench.editor.useModal': 'off',
  'workbench.enableExperiments': false,
  'workbench.reduceMotion': 'on',
  'workbench.tips.enabled': false,
};
