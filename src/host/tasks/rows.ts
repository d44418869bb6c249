import type { Projection, RegisteredTask } from '../../shared/agentProtocol';
import { identityKey, LOCAL } from '../../shared/identity';
import type { Run } from '../../shared/run';
import type { Parameter, SourceTask } from '../../shared/source';
import { t } from '../l10n';
import { describeOutcome, lookOfState, shortName } from '../run/present';
import type { Row } from '../tree/element';

/** Tasks by module, and by app where there is more than one; those that only the app knows come with them. */
export function taskRows(tasks: readonly SourceTask[], projection: Projection): readonly Row[] {
  const app = projection.facts.app ?? null;
  const registered = new Set(app?.tasks.map(task => task.name));
  const inSource = new Set(tasks.map(task => task.identity.name));
  const rows: { readonly app: string; readonly module: string; readonly row: Row }[] = tasks.map(task => ({
    app: task.identity.app ?? '',
    module: task.module,
    row: sourceRow(task, app !== null && !registered.has(task.identity.name), projection.last[identityKey(task.identity)]),
  }));
  for (const task of app?.tasks ?? []) {
    // Celery's own (`celery.chord`, …) are of no use here.
    if (inSource.has(task.name) || task.name.startsWith('celery.')) continue;
    rows.push({ app: app!.app, module: task.module, row: registeredRow(task, projection.last[identityKey({ environment: LOCAL, app: null, name: task.name })]) });
  }
  const apps = new Set(rows.map(({ app: name }) => name).filter(Boolean));
  if (apps.size <= 1) return byModule(rows, '');
  return [...new Set(rows.map(({ app: name }) => name))].sort().map(name => group(`app/${name}`, name || t('shared tasks'), 'package', byModule(rows.filter(row => row.app === name), `${name}/`)));
}

function byModule(rows: readonly { readonly module: string; readonly row: Row }[], prefix: string): readonly Row[] {
  const modules = [...new Set(rows.map(({ module }) => module))].sort();
  return modules.map(module => group(`module/${prefix}${module}`, module, 'symbol-namespace', rows.filter(row => row.module === module).map(({ row }) => row)));
}

function group(id: string, label: string, icon: string, children: readonly Row[]): Row {
  return { id, label, description: '', icon: { name: icon }, context: 'group', tooltip: [label], spoken: t('{0}, {1} entries', label, children.length), children, collapsed: false, subject: { kind: 'group', name: label } };
}

function sourceRow(task: SourceTask, unregistered: boolean, last: Run | undefined): Row {
  const { name } = task.identity;
  const signature = task.parameters ? `(${task.parameters.map(parameterText).join(', ')})` : '(…)';
  const row = baseRow(`task/${name}@${task.location.uri}`, name, signature, unregistered, last);
  return {
    ...row,
    context: `task.source.${unregistered ? 'unregistered' : 'known'}`,
    tooltip: [name, ...(task.summary ? [task.summary] : []), signature, ...Object.entries(task.options).map(([key, value]) => `${key} = ${value}`), ...(unregistered ? [t('The app was imported and does not register it')] : []), ...lastLines(last)],
    subject: { kind: 'task', name, source: task },
  };
}

function registeredRow(task: RegisteredTask, last: Run | undefined): Row {
  const row = baseRow(`task/${task.name}`, task.name, task.signature ?? '(…)', false, last);
  return { ...row, context: 'task.registered', tooltip: [task.name, task.signature ?? '', t('Registered by {0}, not read from the source', task.module), ...lastLines(last)].filter(Boolean), subject: { kind: 'task', name: task.name, source: null } };
}

function baseRow(id: string, name: string, signature: string, unregistered: boolean, last: Run | undefined): Omit<Row, 'context' | 'tooltip' | 'subject'> {
  const look = last && lookOfState(last.state);
  const said = [...(unregistered ? [t('not registered')] : []), ...(last ? [[last.state, describeOutcome(last, 40)].filter(Boolean).join(' ')] : [signature])];
  const icon = unregistered ? { name: 'warning', color: 'list.warningForeground' } : look ? { name: look.icon, ...(look.color ? { color: look.color } : {}) } : { name: 'symbol-method' };
  return {
    id,
    label: shortName(name),
    description: said.join(' · '),
    icon,
    spoken: [shortName(name), ...(unregistered ? [t('not registered')] : []), look ? t('last run {0}', look.words) : t('not run yet')].join(', '),
    children: [],
    collapsed: true,
  };
}

function lastLines(last: Run | undefined): readonly string[] {
  return last ? [t('Last run: {0}', [last.call ?? '', last.state, describeOutcome(last, 200)].filter(Boolean).join(' '))] : [];
}

function parameterText(parameter: Parameter): string {
  const stars = parameter.kind === 'var-positional' ? '*' : parameter.kind === 'var-keyword' ? '**' : '';
  return `${stars}${parameter.name}${parameter.default === null ? '' : `=${parameter.default}`}`;
}
