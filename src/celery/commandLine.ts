/** An option of a subcommand: up to the end of the command, through the quotes and commas of lists and the lines that go on with an option. */
function optionOf(subcommands: string, option: string): RegExp {
  return new RegExp(`(?<![\\w.-])(?:${subcommands})(?![\\w.-])(?:[^;&|#\\n]|\\\\\\r?\\n|\\n\\s*(?=["'-])){0,500}?(?<![\\w-])(?:${option})`);
}

/** `beat … --scheduler X`, `worker -B … -S X`. */
const scheduler = optionOf('beat|worker', '-S|--scheduler(?![\\w-])');
/** What the command line reads where it has no such option. */
const schedulerVariable = /\bCELERY_(?:BEAT|WORKER)_SCHEDULER\b/;
/** `worker … -I proj.tasks`. */
const include = optionOf('worker', '-I|--include(?![\\w-])');
const includeVariable = /\bCELERY_WORKER_INCLUDE\b/;

/** Whether a script, a compose file or the like chooses the class of Beat's scheduler where it starts Beat. */
export function choosesScheduler(text: string): boolean {
  return schedulerVariable.test(text) || (/celery/i.test(text) && scheduler.test(text));
}

/** Whether a script, a compose file or the like names modules that a worker imports, where it starts one. */
export function includesModules(text: string): boolean {
  return includeVariable.test(text) || (/celery/i.test(text) && include.test(text));
}
