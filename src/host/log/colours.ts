const DIM = '\x1b[2m';
const RED = '\x1b[31m';
const RESET = '\x1b[0m';
const LEVELS: Readonly<Record<string, string>> = { DEBUG: '\x1b[36m', INFO: '\x1b[32m', WARNING: '\x1b[33m', ERROR: RED, CRITICAL: '\x1b[1;31m' };

/** How Celery begins a line of its log (`worker_log_format`, `worker_task_log_format`). */
const LINE = /^(\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}: )(DEBUG|INFO|WARNING|ERROR|CRITICAL)(\/[^\]]*\])/;

/**
 * Colours a log that has none, since Celery writes colours to terminals only: levels, and tracebacks below an error.
 * Text comes in pieces of any size; lines that are coloured already stay as they are.
 */
export class LogColours {
  private inError = false;
  private atLineStart = true;

  feed(text: string): string {
    return text.split(/(?<=\n)/).map(line => this.line(line)).join('');
  }

  private line(line: string): string {
    const whole = this.atLineStart;
    this.atLineStart = line.endsWith('\n');
    if (!whole || line.includes('\x1b')) return line;
    const [, time, level, process] = LINE.exec(line) ?? [];
    if (time === undefined || level === undefined || process === undefined) return this.inError && line.trim() !== '' ? line.replace(/^([^\r\n]*)/, `${RED}$1${RESET}`) : line;
    this.inError = level === 'ERROR' || level === 'CRITICAL';
    return `${DIM}${time}${RESET}${LEVELS[level]!}${level}${RESET}${DIM}${process}${RESET}${line.slice(time.length + level.length + process.length)}`;
  }
}
