import type { Mutation, Mutations } from '../mutation';

const view = (mistake: string, call: string): Mutation => ({
  mistake, projects: /Django/, find: /^def order\(\):/gm, imports: 'from django.views.generic import CreateView',
  put: `class Buy(CreateView):\n    def form_valid(self, form):\n        bought = form.save()\n        «${call}»\n\n\ndef order():`,
});
const inner = /^( +|\t)((?:tasks\.)?charge\.delay)\(7, 990\)/gm;

export const django: Mutations = {
  CEL801: [{ mistake: 'sent before the commit', find: inner, put: '$1with transaction.atomic():\n$1$1bought.save()\n$1$1«$2(bought.pk, 990)»', imports: 'from django.db import transaction', except: /wrapper/ }],
  CEL802: [
    { mistake: 'the app not imported', find: /^from \.celery import app as celery_app\n/gm, put: '', found: /Celery\('shop'\)/, projects: /Django/ },
    { mistake: 'another thing imported', find: /^from \.celery import app as celery_app\n/gm, put: 'import os\n', found: /Celery\('shop'\)/, projects: /Django/ },
  ],
  CEL803: [view('sent from a view', 'charge.delay(bought.pk, 990)'), view('sent from a view with options', 'charge.apply_async((bought.pk, 990), countdown=3)')],
  CEL804: [{
    mistake: 'sent from a signal', find: /^def order\(\):/gm, imports: 'from django.db.models.signals import post_save\nfrom django.dispatch import receiver',
    put: "@receiver(post_save, sender='shop.Order')\ndef saved(sender, instance, **kwargs):\n    «charge.delay(instance.pk, 990)»\n\n\ndef order():", except: /within functions|the module of the tasks|wrapper/,
  }],
};
