import assert from 'node:assert/strict';
import { readCall } from '../../../src/host/monitor/guards';
import { monitorHtml } from '../../../src/host/monitor/html';
import { MonitorSession } from '../../../src/host/monitor/session';
import type { MonitorMessage } from '../../../src/shared/monitorProtocol';
import { SampleSource } from '../../webview/sampleSource';

const query = { text: '', states: [], task: null, sort: 'time', descending: true, anchor: null, offset: -60, limit: 100 };

describe('messages of the Monitor page', () => {
  it('lets through what the protocol names', () => {
    for (const [method, params] of [
      ['page/ready', null],
      ['runs/query', query],
      ['runs/details', { id: 'a' }],
      ['action', { action: 'open-frame', file: '/a.py', line: 3 }],
      ['action', { action: 'revoke', id: 'a', terminate: true }],
      ['action', { action: 'start-service', id: 'worker' }],
    ] as const) assert.deepEqual(readCall({ id: 1, method, params }), { id: 1, method, params });
  });

  it('refuses everything else', () => {
    const refused: unknown[] = [null, 7, 'action', [], {}, { id: '1', method: 'page/ready', params: null }, { id: 1, method: 'page/ready' }, { id: 1, method: 'constructor', params: null }, { id: 1, method: 'vscode.open', params: null }];
    for (const change of [{ limit: 501 }, { limit: -1 }, { offset: 0.5 }, { sort: 'id' }, { states: [1] }, { text: 'a'.repeat(5000) }, { anchor: undefined }, { task: 1 }]) refused.push({ id: 1, method: 'runs/query', params: { ...query, ...change } });
    for (const action of [{ action: 'command', id: 'x' }, { action: 'open-frame', file: '/a.py', line: -1 }, { action: 'open-frame', file: 1, line: 1 }, { action: 'revoke', id: 'a' }, { action: 'start-service', id: 'shell' }, { action: 'copy', text: null }, { action: 'toString' }]) refused.push({ id: 1, method: 'action', params: action });
    for (const message of refused) assert.equal(readCall(message), null, JSON.stringify(message));
  });

  it('passes on nothing that was not checked', () => {
    assert.deepEqual(Object.keys(readCall({ id: 1, method: 'page/ready', params: null, more: 'x' })!), ['id', 'method', 'params']);
  });
});

describe('session of the Monitor', () => {
  const open = (): { session: MonitorSession; source: SampleSource; posted: MonitorMessage[] } => {
    const posted: MonitorMessage[] = [];
    const source = new SampleSource(3);
    return { posted, source, session: new MonitorSession(source, { post: message => void posted.push(message), copy: () => Promise.resolve(), refused: () => undefined }) };
  };

  it('says nothing before the page is ready, and then what it was opened for', async () => {
    const { session, source, posted } = open();
    source.change();
    session.show({ tab: 'runs', select: 'a', task: null });
    assert.deepEqual(posted, []);
    await session.receive({ id: 1, method: 'page/ready', params: null });
    assert.deepEqual(posted, [{ kind: 'answer', id: 1, result: { overview: source.overview(), target: { tab: 'runs', select: 'a', task: null } } }]);
    session.dispose();
  });

  it('answers each request once, with an error where it failed, without secrets', async () => {
    const { session, source, posted } = open();
    source.failures.set('details', new Error('no answer of redis://user:secret@host:6379/0'));
    await session.receive({ id: 7, method: 'runs/details', params: { id: 'a' } });
    assert.equal(posted.length, 1);
    assert.equal(posted[0]!.kind, 'failure');
    assert.match(JSON.stringify(posted), /\*\*\*/);
    assert.doesNotMatch(JSON.stringify(posted), /secret/);
    session.dispose();
  });

  it('tells a new run that the page has asked for, and nothing after its end', async () => {
    const { session, source, posted } = open();
    await session.receive({ id: 1, method: 'page/ready', params: null });
    source.newRun = source.runs[1]!;
    await session.receive({ id: 2, method: 'action', params: { action: 'run-again', id: source.runs[0]!.id } });
    assert.deepEqual(posted.slice(1), [{ kind: 'event', event: 'show', target: { tab: 'runs', select: source.newRun.id, task: null } }, { kind: 'answer', id: 2, result: null }]);
    session.dispose();
    source.change();
    assert.equal(posted.length, 3);
  });
});

describe('document of the Monitor', () => {
  const html = monitorHtml({ script: 'https://host/monitor.js', style: 'https://host/monitor.css', cspSource: 'https://host', nonce: 'abc', language: 'de', strings: { a: '</script><script>' } });

  it('allows scripts by nonce alone and nothing inline', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)![1]!;
    assert.equal(policy, "default-src 'none'; script-src 'nonce-abc'; style-src https://host 'nonce-abc'; font-src https://host");
    assert.equal(html.match(/<script\b/g)!.length, 2);
    assert.doesNotMatch(html, / style=| on\w+=/);
  });
});
