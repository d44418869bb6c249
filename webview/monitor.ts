import './monitor.css';
import type { MonitorAction, MonitorOverview, MonitorTab, MonitorTarget } from '../src/shared/monitorProtocol';
import { Announcer } from './announcer';
import { h } from './dom';
import { Host } from './host';
import { Banner, createNotice } from './notice';
import { asProblem } from './problems';
import { RunsView } from './runsView';
import { SchedulesView } from './schedules';
import { ServicesLine } from './services';
import { StateStore } from './state';
import { Tabs } from './tabs';
import { t } from './text';

/** Puts the page together and keeps it up to date. The editor provides `acquireVsCodeApi`; tests bring one of their own. */
function start(): void {
  const api = acquireVsCodeApi<unknown>();
  const host = new Host(api);
  const state = new StateStore(api);
  const announcer = new Announcer();
  const banner = new Banner();
  const act = (action: MonitorAction): void => {
    banner.hide();
    host.act(action).catch((error: unknown) => banner.show(error));
  };

  const runs = new RunsView(host, state, announcer);
  const schedules = new SchedulesView({ fetch: () => host.request('schedules/list', null), act, chosen: id => show({ tab: 'runs', select: id, task: null }) });
  const services = new ServicesLine(act);
  const showTab = (tab: MonitorTab): void => {
    state.update({ tab });
    tabs.show(tab);
    schedules.visible = tab === 'schedules';
  };
  const tabs = new Tabs([{ key: 'runs', label: t('Runs'), content: runs.element }, { key: 'schedules', label: t('Schedules'), content: schedules.element }], showTab);
  const show = (target: MonitorTarget): void => {
    showTab(target.tab);
    if (target.tab === 'runs') runs.show(target);
  };

  const update = (overview: MonitorOverview): void => {
    services.show(overview.services);
    schedules.update(overview);
    runs.update(overview);
  };

  host.onEvent(event => {
    switch (event.event) {
      case 'changed':
        update(event.overview);
        break;
      case 'schedules-changed':
        if (state.value.tab === 'schedules') schedules.refresh();
        break;
      case 'show':
        show(event.target);
        break;
    }
  });

  const connect = async (): Promise<void> => {
    try {
      const { overview, target } = await host.request('page/ready', null);
      document.body.replaceChildren(h('header', { class: 'top' }, h('h1', { class: 'for-screen-reader' }, t('Celery Monitor')), tabs.list, services.element), banner.element, ...tabs.pages, announcer.element);
      showTab(state.value.tab);
      update(overview);
      if (target) show(target);
    } catch (error) {
      const { message, advice } = asProblem(error);
      document.body.replaceChildren(createNotice({ icon: 'error', title: message, advice, actions: [{ label: t('Try again'), primary: true, onclick: () => void connect() }] }));
    }
  };
  void connect();

  window.addEventListener('keydown', event => {
    if (event.key.toLowerCase() !== 'f' || event.shiftKey || event.altKey || !(event.ctrlKey || event.metaKey) || state.value.tab !== 'runs') return;
    event.preventDefault();
    runs.find();
  });
}

start();
