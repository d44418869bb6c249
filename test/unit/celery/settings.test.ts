import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CALL_OPTION_DOCUMENTATION, RETRY_OPTION_DOCUMENTATION, SETTING_DOCUMENTATION, SIGNAL_DOCUMENTATION, TASK_OPTION_DOCUMENTATION } from '../../../src/celery/documentation';
import { callOptionsOf, isCallOption, isTaskMethod, signalsOf, TASK_OPTION_ALIASES, taskOptionsOf } from '../../../src/celery/options';
import { oldSettingNames, readSettingKey, REMOVED_SETTINGS, settingsMeant, settingsOf } from '../../../src/celery/settings';
import { BUILTIN_TASKS, CALL_OPTIONS, SETTINGS, SIGNALS, TASK_OPTIONS, UNDECLARED_SETTINGS } from '../../../src/celery/tables';
import { NEWEST_CELERY, parseVersion } from '../../../src/celery/versions';
import { compareSettings, type SettingAnswers } from '../../oracle/settings';

const celery52 = parseVersion('5.2.7')!;
const celery56 = parseVersion('5.6.3')!;

describe('settings and options', () => {
  for (const minor of ['5.2', '5.7']) {
    it(`knows which spelling of which setting Celery ${minor} heeds`, () => {
      const answers = JSON.parse(readFileSync(path.join(process.env.REPOSITORY!, `test/fixtures/celery/settings-${minor}.json`), 'utf8')) as SettingAnswers;
      assert.ok(answers.effects.length > 900 && answers.mixed.length >= 400);
      assert.ok(answers.celery.startsWith(minor));
      compareSettings(answers);
    }).timeout(30_000);
  }

  it('says of each what it is for, and of nothing else', () => {
    const sorted = (names: Iterable<string>): string[] => [...names].sort();
    assert.deepEqual(sorted(Object.keys(SETTING_DOCUMENTATION)), sorted([...Object.keys(SETTINGS), ...Object.keys(UNDECLARED_SETTINGS)]));
    assert.deepEqual(sorted(Object.keys(TASK_OPTION_DOCUMENTATION)), sorted(Object.keys(TASK_OPTIONS)));
    assert.deepEqual(sorted(Object.keys(SIGNAL_DOCUMENTATION)), sorted(Object.keys(SIGNALS)));
    assert.deepEqual(Object.keys(CALL_OPTION_DOCUMENTATION).filter(name => !(name in CALL_OPTIONS)), []);
    for (const text of [SETTING_DOCUMENTATION, TASK_OPTION_DOCUMENTATION, SIGNAL_DOCUMENTATION, CALL_OPTION_DOCUMENTATION, RETRY_OPTION_DOCUMENTATION].flatMap(Object.values)) assert.match(text as string, /^[A-Z].*[.…]$/);
  });

  it('tells versions apart', () => {
    assert.equal(settingsOf(celery52).has('worker_soft_shutdown_timeout'), false);
    assert.equal(settingsOf(NEWEST_CELERY).get('worker_soft_shutdown_timeout')?.since, '5.5');
    assert.equal(settingsOf(celery56).get('control_queue_exclusive')?.default, 'False');
    assert.equal(settingsOf(NEWEST_CELERY).get('control_queue_exclusive')?.default, 'True');
    assert.equal(settingsOf(celery56).get('task_acks_on_failure_or_timeout')?.deprecated, null);
    assert.deepEqual(settingsOf(NEWEST_CELERY).get('task_acks_on_failure_or_timeout')?.deprecated, { since: '6.0', removal: '7.0', instead: 'task_acks_on_failure and task_acks_on_timeout' });
    assert.equal(taskOptionsOf(celery52).has('pydantic'), false);
    assert.equal(taskOptionsOf(NEWEST_CELERY).get('pydantic')?.since, '5.5');
    assert.equal(taskOptionsOf(NEWEST_CELERY).get('acks_late')?.setting, 'task_acks_late');
    assert.equal(isTaskMethod('before_start', celery52), true);
    assert.equal(isTaskMethod('on_replace', celery52), false);
    assert.deepEqual(signalsOf(NEWEST_CELERY).get('task_success')?.arguments, ['result', 'runtime']);
    assert.equal(BUILTIN_TASKS.includes('celery.chord_unlock'), true);
    // A version newer than all tables is taken for the newest, Celery 4 for the oldest.
    assert.equal(settingsOf(parseVersion('6.1')!), settingsOf(NEWEST_CELERY));
    assert.equal(settingsOf(parseVersion('4.4.7')!).has('redis_username'), false);
  });

  it('names from before Celery 4, with and without a namespace', () => {
    assert.equal(oldSettingNames(NEWEST_CELERY).get('CELERYBEAT_SCHEDULE'), 'beat_schedule');
    assert.equal(oldSettingNames(NEWEST_CELERY).get('BROKER_URL'), 'broker_url');
    const django = { kind: 'object', namespace: 'CELERY' } as const;
    assert.equal(readSettingKey('CELERYBEAT_SCHEDULE', django, celery56)?.effect, false);
    assert.equal(readSettingKey('CELERYBEAT_SCHEDULE', django, NEWEST_CELERY)?.effect, true);
    assert.equal(readSettingKey('CELERY_BEAT_SCHEDULE', django, celery56)?.effect, true);
    assert.equal(readSettingKey('CELERY_IMPORTS', django, celery56)?.effect, true);
    assert.equal(readSettingKey('CELERY_BEAT_SCHEDULE', { kind: 'object', namespace: null }, NEWEST_CELERY)?.effect, false);
    assert.equal(readSettingKey('CELERY_PRIVATE_THING', django, NEWEST_CELERY), null);
    for (const name of REMOVED_SETTINGS.keys()) {
      assert.equal(oldSettingNames(NEWEST_CELERY).has(name), false);
      assert.equal(settingsOf(NEWEST_CELERY).has(name), false);
    }
  });

  it('finds the setting that was meant', () => {
    const meant = (name: string) => settingsMeant(name, NEWEST_CELERY)[0]?.name;
    assert.equal(meant('always_eager'), 'task_always_eager');
    assert.equal(meant('task_queue'), 'task_default_queue');
    assert.equal(meant('default_queue'), 'task_default_queue');
    assert.equal(meant('task_seralizer'), 'task_serializer');
    assert.equal(meant('max_tasks_per_child'), 'worker_max_tasks_per_child');
    assert.equal(meant('prefetch_multiplier'), 'worker_prefetch_multiplier');
    assert.equal(meant('task_result_expires'), 'result_expires');
    assert.equal(meant('send_email'), undefined);
    assert.equal(meant('url_prefix'), undefined);
  });

  it('options of a call: what some part takes, what is offered, and what nobody reads', () => {
    for (const name of ['countdown', 'queue', 'priority', 'headers', 'ignore_result', 'correlation_id', 'stamped_headers', 'expiration', 'group_id']) assert.equal(isCallOption(name, 'apply_async', NEWEST_CELERY), true, name);
    for (const name of ['self', 'name', 'body', 'order_id', 'MessageGroupId', 'logfile']) assert.equal(isCallOption(name, 'apply_async', NEWEST_CELERY), false, name);
    assert.equal(isCallOption('name', 'send_task', NEWEST_CELERY), true);
    assert.equal(isCallOption('throw', 'apply', NEWEST_CELERY), true);
    assert.equal(callOptionsOf(NEWEST_CELERY).has('group_id'), false);
    assert.equal(callOptionsOf(NEWEST_CELERY).has('countdown'), true);
    for (const [alias, option] of TASK_OPTION_ALIASES) {
      assert.equal(taskOptionsOf(NEWEST_CELERY).has(alias), false, alias);
      assert.equal(taskOptionsOf(NEWEST_CELERY).has(option), true, option);
    }
  });
});
