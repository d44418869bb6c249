import { expectFindings, expectSilence } from '../ruleTester';
import { django } from './django';

const tasks = 'from celery import shared_task\n@shared_task\ndef notify(pk=None): ...\n';
const signals = (text: string): Record<string, string> => ({ 'proj/tasks.py': tasks, 'proj/signals.py': `from django.db.models.signals import m2m_changed, post_init, post_save\nfrom django.dispatch import receiver\nfrom proj.tasks import notify\n${text}` });

describe('CEL804 signal-dispatch', () => {
  it('finds tasks about the instance of a signal', () => expectFindings('CEL804', django('', signals(`
from django.db.models import signals
@receiver(post_save, sender='x.Order')
def one(sender, instance, created, **kwargs):
    if created:
        «notify.delay(instance.pk)»
@receiver([post_save, m2m_changed])
def two(instance, **kwargs):
    «notify.apply_async(kwargs={'pk': instance.pk})»
def three(sender, instance, **kwargs):
    «notify.delay(pk=instance.pk)»
signals.post_delete.connect(three)
def four(sender, instance, **kwargs):
    «notify.delay(pk=instance.pk)»
signals.m2m_changed.connect(receiver=four)
@receiver(signal=post_save)
def five(sender, **kwargs):
    «notify.delay(kwargs['instance'].pk)»
@receiver(post_save)
def six(**named):
    order = named.get('instance')
    «notify.delay(order.pk)»
    «(notify.s(order.pk) | notify.si(1)).delay()»
`)), { severity: 'hint', messages: Array.from({ length: 7 }, () => /before the transaction commits that changes the instance/) }));

  it('sends after the commit', () => expectFindings('CEL804', django('', signals(`@receiver(post_save)
def one(sender, instance, **kwargs):
    «notify.delay(instance.pk)»
`)), { fixed: signals(`@receiver(post_save)
def one(sender, instance, **kwargs):
    notify.delay_on_commit(instance.pk)
`) }));

  it('stays silent for other receivers, other arguments, and what is sent later', () => expectSilence('CEL804', django('', signals(`
from django.core.signals import request_finished
from django.db import transaction
from somewhere import own_signal, receiver as listens
@receiver(request_finished)
def one(sender, instance, **kwargs):
    notify.delay(instance.pk)
@receiver(own_signal)
def two(sender, instance, **kwargs):
    notify.delay(instance.pk)
@listens(post_save)
def three(sender, instance, **kwargs):
    notify.delay(instance.pk)
@receiver(post_save)
def four(sender, instance, **kwargs):
    notify.delay(3)
    notify.delay_on_commit(instance.pk)
    transaction.on_commit(lambda: notify.delay(instance.pk))
@receiver(post_save)
def five(sender, instance, **kwargs):
    with transaction.atomic():
        notify.delay(instance.pk)
def six(sender, instance, **kwargs):
    notify.delay(instance.pk)
own_signal.connect(six)
@receiver(post_init)
def seven(sender, instance, **kwargs):
    notify.delay(instance.pk)
@receiver(post_save)
def eight(sender, **kwargs):
    notify.delay(kwargs['created'], kwargs.get('using'), sender)
`))));

  it('stays silent for tasks that may send differently', () => expectSilence('CEL804', django('', {
    ...signals('@receiver(post_save)\ndef one(instance, **kwargs):\n    notify.delay(instance.pk)\n'),
    'proj/tasks.py': 'from celery import shared_task\nfrom somewhere import Later\n@shared_task(base=Later)\ndef notify(pk): ...\n',
  })));

  it('follows what was taken from the instance', () => expectFindings('CEL804', django('', signals(`
@receiver(post_save)
def one(sender, instance, **kwargs):
    order = instance
    key = order.pk
    «notify.delay(key)»
@receiver(post_save)
def two(sender, instance, **kwargs):
    notify.delay(key)
    key = instance.pk
`))));
});
