/** What may follow in the same command: through the quotes and commas of lists, and the lines that go on with an option. */
const more = String.raw`(?:\\\r?\n|(?!\\\r?\n)[^;&|#\n]|\n\s*(?=["'-]))`;

/** An option of a subcommand. */
function optionOf(subcommands: string, option: string): RegExp {
  return new RegExp(`(?<![\\w.-])(?:${subcommands})(?![\\w.-])${more}{0,500}?(?<![\\w-])(?:${option})`);
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

/** A place that starts a worker. */
export interface WorkerCommand {
  readonly line: number;
  /** What `-A` names; null without it. */
  readonly app: string | null;
  /** What `-P` names, as written; null without it. */
  readonly pool: string | null;
}

const celery = String.raw`(?<![\w.-])celery(?![\w.-])`;
const here = String.raw`(?:(?!\n[^\n]*${celery})${more})`;
/** `celery … worker …`, up to the next command. */
const worker = new RegExp(String.raw`${celery}${here}{0,500}?(?<![\w.-])worker(?![\w.-])${here}{0,500}`, 'g');
const app = valueOf('-A|--app');
const pool = valueOf('-P|--pool');

/** What an option of a command is given, be it apart, in quotes, or the next of a list. */
function valueOf(option: string): RegExp {
  return new RegExp(String.raw`(?<![\w-])(?:${option})[\s"',=\\-]*([^\s"',;\]]+)`);
}

/** Where a script, a compose file or the like starts workers. */
export function workerCommands(text: string): WorkerCommand[] {
  if (!/celery/.test(text)) return [];
  const code = text.replace(/^[ \t]*#.*$/gm, comment => ' '.repeat(comment.length));
  return Array.from(code.matchAll(worker), ({ 0: command, index }) => ({
    line: code.slice(0, index).split('\n').length,
    app: app.exec(command)?.[1] ?? null,
    pool: pool.exec(command)?.[1] ?? null,
  }));
}
