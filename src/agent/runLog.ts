import { plain } from '../live/process/log';

/** Lines of a run that are shown. */
const LIMIT = 500;

/**
 * The lines of a worker's log that belong to one run. Celery's own lines name the id (`Task shop.add[<id>] received`), and so do those of
 * `get_task_logger`; lines without a header of their own (a traceback, what a task prints over several lines) belong to the line before them.
 */
export function runLog(log: readonly string[], id: string): string[] {
  const lines: string[] = [];
  let belongs = false;
  for (const coloured of log) {
    const line = plain(coloured);
    if (/^\[\d{4}-\d\d-\d\d /.test(line)) belongs = line.includes(id);
    else if (line.includes(id)) belongs = true;
    if (belongs && line !== '') lines.push(line);
  }
  return lines.slice(-LIMIT);
}
