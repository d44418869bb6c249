import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import path from 'node:path';
import type { Project } from '../../../src/source/project/project';
import { withWorkspace, write } from './workspace';

const queue = 'from celery import shared_task\n\ndef job(function):\n    return shared_task(function)\n\nperiodic = shared_task(ignore_result=True)\n';
/** Nothing in it but the decorator says that it has to do with Celery. */
const plain = (decorator = 'job', name = 'send'): string => `from queues import ${decorator}\n\n@${decorator}\ndef ${name}():\n    return 1\n`;
const names = (project: Project): string[] => project.definitions().map(({ name }) => name ?? '?').sort();

describe('files that mention nothing of Celery', () => {
  it('are read where a decorator of the project makes tasks there', () => withWorkspace({ 'queues.py': queue, 'mail.py': plain(), 'shop.py': plain('periodic', 'tidy'), 'web.py': 'import queues\n\n@queues.job\ndef order():\n    return 1\n' }, project => {
    assert.deepEqual(names(project), ['mail.send', 'shop.tidy', 'web.order']);
  }));

  it('are read where a decorator of one of them makes tasks in another', () => withWorkspace({
    'queues.py': queue, 'mail.py': 'from queues import job\n\ndef mailing(function):\n    return job(function)\n\n@job\ndef send():\n    return 1\n', 'shop.py': 'from mail import mailing\n\n@mailing\ndef order():\n    return 1\n',
  }, project => {
    assert.deepEqual(names(project), ['mail.send', 'shop.order']);
  }));

  it('are read where the user names their decorator', () => withWorkspace({ 'mail.py': plain('background').replace('queues', 'somewhere') }, project => {
    assert.deepEqual(names(project), []);
    project.setWrappers(['somewhere.background']);
    assert.deepEqual(names(project), ['mail.send']);
  }));

  it('are read where the user names a method of a class that is not in the project', () => withWorkspace({
    'app.py': 'from somewhere.queues import Queues\n\nqueues = Queues()\nothers = load()\n',
    'mail.py': "from app import others, queues\n\n@queues.task(name='send-mail')\ndef send():\n    return 1\n\n@others.task\ndef other():\n    return 1\n",
  }, project => {
    assert.deepEqual(names(project), []);
    project.setWrappers(['somewhere.queues.Queues.task']);
    assert.deepEqual(names(project), ['send-mail']);
  }));

  it('are not read for decorators that make no tasks', () => withWorkspace({ 'queues.py': `${queue}\ndef cached(function):\n    return function\n`, 'mail.py': plain('cached') }, project => {
    assert.deepEqual(names(project), []);
    assert.deepEqual(project.interestingFiles().map(({ name }) => name), ['queues']);
  }));

  it('are read when the decorator comes, on disk and in an editor', () => withWorkspace({ 'queues.py': queue, 'mail.py': 'LIMIT = 1\n', 'shop.py': '' }, (project, root) => {
    assert.deepEqual(names(project), []);
    write(root, { 'mail.py': plain() });
    project.filesChanged([path.join(root, 'mail.py')]);
    assert.deepEqual(names(project), ['mail.send']);
    const shop = path.join(root, 'shop.py');
    project.openDocument(shop, `file://${shop}`, '');
    project.changeDocument(shop, [{ start: 0, end: 0, text: plain('periodic', 'tidy') }]);
    assert.deepEqual(names(project), ['mail.send', 'shop.tidy']);
    project.changeDocument(shop, [{ start: 0, end: plain('periodic', 'tidy').length, text: '' }]);
    assert.deepEqual(names(project), ['mail.send']);
  }));
});

describe('files that may start a worker', () => {
  it('are left out where they cannot be read: links in a circle, or to nothing', () => withWorkspace({ 'tasks.py': 'from celery import shared_task\n', 'worker.sh': 'celery -A shop worker\n' }, async (project, root) => {
    for (const name of ['circle.sh', 'gone.sh']) symlinkSync(name === 'gone.sh' ? 'nowhere' : name, path.join(root, name));
    await project.open([root]);
    assert.deepEqual(project.commandFiles.files.map(({ text }) => text), ['celery -A shop worker\n']);
  }));
});
