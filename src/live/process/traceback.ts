/** A traceback as Python prints it. */
export interface Traceback {
  /** Outermost first. Lines from 1. */
  readonly frames: readonly { readonly file: string; readonly line: number }[];
  /** `ModuleNotFoundError`, without its module. */
  readonly type: string;
  /** Several lines where Python printed several. */
  readonly message: string;
}

const START = 'Traceback (most recent call last):';
const FRAME = /^\s+File "([^"]+)", line (\d+)/;
const EXCEPTION = /^(?:[A-Za-z_]\w*\.)*([A-Za-z_]\w*)(?:: ?(.*))?$/;
/** What Celery puts before a line that goes through its logger, as standard error of Beat and of a worker's tasks does. */
const LOG_PREFIX = /^\[\d{4}-\d\d-\d\d [\d:,]+: [A-Z]+\/[^\]]*\] ?/;

/** The tracebacks of a log (lines without colours), oldest first. One that is cut off is left out. */
export function tracebacks(lines: readonly string[]): readonly Traceback[] {
  const found: Traceback[] = [];
  const text = lines.map(line => line.replace(LOG_PREFIX, ''));
  for (let at = text.indexOf(START); at >= 0; at = text.indexOf(START, at)) {
    const frames: { file: string; line: number }[] = [];
    // Frames, their source and the marks under it are indented.
    for (at += 1; at < text.length && /^\s/.test(text[at]!); at++) {
      const frame = FRAME.exec(text[at]!);
      if (frame && !frame[1]!.startsWith('<')) frames.push({ file: frame[1]!, line: Number(frame[2]) });
    }
    const exception = EXCEPTION.exec(text[at] ?? '');
    if (!exception) continue;
    const message = exception[2] === undefined ? pieces(text, at + 1) : more(exception[2], text, lines, at + 1);
    found.push({ frames, type: exception[1]!, message });
  }
  return found;
}

/** The rest of a message over several lines: up to an empty line (one that begins with empty lines has more), another traceback or record. */
function more(first: string, text: readonly string[], lines: readonly string[], from: number): string {
  const message = [first];
  for (let at = from; at < text.length && message.length < MESSAGE_LINES; at++) {
    const line = text[at]!.trim();
    if ((line === '' && first !== '') || line === START || LOG_PREFIX.test(lines[at]!)) break;
    if (line !== '') message.push(line);
  }
  return message.join('\n').trim();
}

const MESSAGE_LINES = 8;

/** Python prints `Error`, `: ` and the message with a write each, and Celery's logger makes a line of each. */
function pieces(text: readonly string[], at: number): string {
  return text[at]?.trim() === ':' ? (text[at + 1] ?? '').trim() : '';
}
