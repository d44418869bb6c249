import type { MonitorAction } from '../src/shared/monitorProtocol';
import type { Service, ServiceState } from '../src/shared/service';
import { h, icon } from './dom';
import { t } from './text';

const icons: Readonly<Record<ServiceState, readonly [icon: string, tone: string]>> = {
  stopped: ['circle-large-outline', 'off'],
  starting: ['sync', 'busy'],
  running: ['circle-large-filled', 'good'],
  stopping: ['sync', 'busy'],
  failed: ['error', 'bad'],
};

function serviceName(kind: Service['kind']): string {
  return { broker: t('Broker'), worker: t('Worker'), beat: t('Beat') }[kind];
}

function serviceStateInWords(state: ServiceState): string {
  return { stopped: t('stopped'), starting: t('starting'), running: t('running'), stopping: t('stopping'), failed: t('failed') }[state];
}

/** The services in one line; a click opens the log. */
export class ServicesLine {
  readonly element = h('div', { class: 'services', role: 'group', 'aria-label': t('Services') });
  private drawn = '';

  constructor(private readonly act: (action: MonitorAction) => void) {}

  show(services: readonly Service[]): void {
    const text = JSON.stringify(services.map(({ kind, state, label, detail, problem, foreign }) => [kind, state, label, detail, problem?.message, foreign]));
    if (text === this.drawn) return;
    this.drawn = text;
    this.element.replaceChildren(...services.map(service => this.create(service)));
  }

  /** Of a service that somebody else has started there is no log. */
  private create({ kind, state, label, detail, problem, foreign }: Service): HTMLElement {
    const [name, tone] = icons[state];
    const title = [label, detail, problem?.message, foreign ? '' : t('Click to show its log')].filter(Boolean).join('\n');
    const content = [icon(name, `tone-${tone}${tone === 'busy' ? ' codicon-modifier-spin' : ''}`), h('span', {}, serviceName(kind)), ' ', h('span', { class: 'service-state' }, serviceStateInWords(state))];
    return foreign ? h('span', { class: 'service', title }, ...content) : h('button', { class: 'service', type: 'button', title, onclick: () => this.act({ action: 'show-log', id: kind }) }, ...content);
  }
}
