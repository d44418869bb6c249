import path from 'node:path';
import { nextRuns } from '../celery/nextRuns';
import type { Schedule } from '../celery/schedule';
import { scheduleWords } from '../celery/words';
import { zoneOf } from '../celery/zone';
import type { CallSite } from '../source/celery/calls';
import { sendingOf, type Sending } from '../source/celery/destination';
import type { Task } from '../source/celery/model';
import type { Entry } from '../source/celery/schedules';
import type { Linked } from '../source/project/linked';
import { fileOf, type SourceFile } from '../source/project/sourceFile';
import { docstring } from '../source/samples/sampleCall';
import type { Span } from '../source/syntax/nodes';

/** More callers and schedules than this are counted, not listed. */
const listed = 3;

/** What a hover says of a task, as Markdown. @param through the call or schedule that it is asked of */
export function taskCard(task: Task, linked: Linked, through: CallSite | Entry | null = null): string {
  const options = task.options.filter(({ name }) => name !== 'name').map(({ name, value, scope }) => `\`${name}=${oneLine(fileOf(scope).text(value))}\``);
  const entries = linked.schedules.entries.filter(entry => entry.task === task.name);
  return paragraphs([
    `\`\`\`python\n(task) ${signatureText(task)}\n\`\`\``,
    summaryOf(task),
    options.length ? `Options: ${options.join(', ')}` : null,
    destinationText(through && 'via' in through ? callSending(through, task, linked) : sendingOf(task, linked, through ? entryOptions(through, linked) : []), linked),
    ...entries.slice(0, listed).map(entry => entryText(entry, linked)),
    entries.length > listed ? `Beat: ${entries.length - listed} more` : null,
    callersText(task, linked),
  ]);
}

/** What a hover says of a schedule. @param now epoch ms */
export function scheduleCard(schedule: Schedule, timezone: string | null, now: number): string {
  return paragraphs([sentence(scheduleWords(schedule)), ...(schedule.kind === 'crontab' ? [runsTable(schedule, timezone, now)] : [])]);
}

/** `shop.add(x: int, *, y=2)` */
export function signatureText(task: Task): string {
  return `${task.name ?? task.node.name}(${parametersText(task)})`;
}

function parametersText({ parameters, file }: Task): string {
  if (!parameters) return '…';
  const texts: string[] = [];
  for (const [index, { kind, name, annotation, default: value }] of parameters.entries()) {
    const before = parameters[index - 1]?.kind;
    if (before === 'positional-only' && kind !== 'positional-only') texts.push('/');
    if (kind === 'keyword-only' && before !== 'keyword-only' && before !== 'var-positional') texts.push('*');
    const stars = kind === 'var-positional' ? '*' : kind === 'var-keyword' ? '**' : '';
    const typed = annotation ? `: ${oneLine(file.text(annotation))}` : '';
    texts.push(`${stars}${name}${typed}${value ? `${annotation ? ' = ' : '='}${oneLine(file.text(value))}` : ''}`);
  }
  if (parameters.at(-1)?.kind === 'positional-only') texts.push('/');
  return texts.join(', ');
}

export function summaryOf(task: Task): string | null {
  const summary = docstring(task.node.body)?.trim().split('\n', 1)[0]!.trim();
  return summary ? prose(summary) : null;
}

function callSending(site: CallSite, task: Task, linked: Linked): Sending {
  const options = site.options.flatMap(({ name, value }) => name === null ? [] : [{ name, value, scope: site.scope }]);
  return sendingOf(task, linked, options, site.via === 'send_task');
}

function entryOptions({ fields }: Entry, { calls }: Linked): Parameters<typeof sendingOf>[2] {
  const field = fields.get('options');
  return field ? (calls.mapping(field.value, field.scope) ?? []).map(({ name, value }) => ({ name, value, scope: field.scope })) : [];
}

function destinationText({ destination, route }: Sending, linked: Linked): string {
  const by = route ? ` by the route ${link(linked, route.file, route.at, route.route.key.kind === 'text' ? route.route.key.text : route.route.key.pattern)}` : '';
  switch (destination.kind) {
    case 'queue': {
      const queue = code(destination.queue);
      if (destination.why === 'caller') return `Goes to the queue ${queue}, as its options say`;
      return destination.why === 'route' ? `Goes to the queue ${queue}${by}` : `Goes to the default queue ${queue}`;
    }
    case 'exchange': return `Goes to the exchange ${code(destination.exchange)}${by}`;
    case 'missing': return `Cannot be sent${by}: there is no queue ${code(destination.queue)} (QueueNotFound)`;
    case 'unknown': return 'Its queue is known only when it is sent';
  }
}

function entryText(entry: Entry, linked: Linked): string {
  const schedule = entry.schedule && linked.schedules.read(entry.schedule, entry, linked.versions.celery);
  const words = schedule ? scheduleWords(schedule) : entry.schedule ? `\`${oneLine(fileOf(entry.schedule.scope).text(entry.schedule.value))}\`` : 'no schedule';
  return `Beat, ${link(linked, entry.file, entry.at, entry.key ?? entry.task ?? 'entry')}: ${words}`;
}

function callersText(task: Task, linked: Linked): string {
  const sites = linked.calls.of(task);
  if (!sites.length) return 'No call in this workspace';
  const links = sites.slice(0, listed).map(({ file, node }) => link(linked, file, node));
  return `${sites.length} ${sites.length === 1 ? 'call' : 'calls'}: ${links.join(', ')}${sites.length > listed ? ', …' : ''}`;
}

/** Five runs, in the app's zone and in that of this machine where they differ. */
function runsTable({ crontab }: Extract<Schedule, { kind: 'crontab' }>, timezone: string | null, now: number): string | null {
  const zone = timezone === null ? null : zoneOf(timezone);
  if (!zone) return 'The next runs are not known: the setting `timezone` is not constant, or no time zone';
  const runs = nextRuns(crontab, now, zone, 5);
  if (!runs.length) return 'It never runs';
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = here === zone.name ? [here] : [zone.name, here];
  const heading = zones.map((name, index) => `${name}${index ? ' (here)' : ''}`);
  return [heading, heading.map(() => '---'), ...runs.map(run => zones.map(name => moment(run, name)))].map(cells => `| ${cells.join(' | ')} |`).join('\n');
}

/** `Mon 30 Nov 2026, 07:30` */
function moment(at: number, timeZone: string): string {
  return new Date(at).toLocaleString('en-GB', { timeZone, weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' }).replace(/^(\w+), (.*?),? (?=\d\d:\d\d$)/, '$1 $2, ');
}

/** A link to a place, named by it: `shop/views.py:12`. */
function link({ project }: Linked, file: SourceFile, at: Span, text = ''): string {
  const line = file.lines.position(at.start).line + 1;
  const shown = text || `${path.relative(project.names.of(file.path).root, file.path).replaceAll('\\', '/')}:${line}`;
  return `[${code(shown)}](${file.uri}#L${line})`;
}

function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

function oneLine(text: string): string {
  const line = text.replace(/\s*\n\s*/g, ' ').replaceAll('`', '\'');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Text of the user's: what stands between backticks is code, in Markdown and reStructuredText; nothing else in it is markup. */
function prose(text: string): string {
  return text.split(/(`+[^`]+`+)/).map((part, index) => index % 2 ? code(part.replaceAll('`', '')) : escapeMarkdown(part)).join('');
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!<>|~]/g, '\\$&');
}

function paragraphs(parts: readonly (string | null)[]): string {
  return parts.filter(part => part !== null).join('\n\n');
}
