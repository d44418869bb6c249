/** `beat … --scheduler X`, `worker -B … -S X`: up to the end of the command, through the quotes and commas of lists and the lines that go on with an option. */
const schedulerOption = /(?<![\w.-])(?:beat|worker)(?![\w.-])(?:[^;&|#\n]|\\\r?\n|\n\s*(?=["'-])){0,500}?(?<![\w-])(?:-S|--scheduler(?![\w-]))/;
/** What the command line reads where it has no such option. */
const schedulerVariable = /\bCELERY_(?:BEAT|WORKER)_SCHEDULER\b/;

/** Whether a script, a compose file or the like chooses the class of Beat's scheduler where it starts Beat. */
export function choosesScheduler(text: string): boolean {
  return schedulerVariable.test(text) || (/celery/i.test(text) && schedulerOption.test(text));
}
