import type { TracebackLine } from '../../shared/run';

/** As Python prints a frame: `  File "/srv/app/tasks.py", line 12, in charge`. */
const FRAME = /^\s*File "([^"\n]+)", line (\d{1,9})(?:, in |$)/;
const MAX_LINES = 2000;

/**
 * Cuts a traceback into lines and finds the frames.
 * @param isOwn whether a file is the user's own code (in the workspace, and no installed package).
 */
export function tracebackLines(text: string, isOwn: (file: string) => boolean): TracebackLine[] {
  return text.split('\n').slice(0, MAX_LINES).map(line => {
    const match = FRAME.exec(line);
    if (!match) return { text: line, frame: null };
    return { text: line, frame: { file: match[1]!, line: Number(match[2]), own: isOwn(match[1]!) } };
  });
}
