import type { Mutation, Mutations } from '../mutation';

/** What a decorator of the project gives back may send differently. */
const wrapped = /a wrapper of the project/;
/** The call in the function `order`, with what stands before it on the line, and how it is written. */
const call = /^( +|\t)((?:tasks\.)?charge)\.delay\(7, 990\)/gm;
/** Lines in the place of the call: `>` stands for a level of indentation. */
const lines = (...texts: readonly string[]): string => texts.map(text => `$1${text.replaceAll('>', '$1')}`).join('\n');

const inTransaction = (mistake: string, ...texts: readonly string[]): Mutation => ({ mistake, find: call, put: lines(...texts), imports: 'from django.contrib.auth.models import User\nfrom django.db import transaction', except: wrapped });
const inReceiver = (mistake: string, ...texts: readonly string[]): Mutation => ({
  mistake, find: call, put: lines(...texts), imports: 'from django.db.models.signals import m2m_changed, post_save\nfrom django.dispatch import receiver', except: wrapped,
});
const inView = (mistake: string, imports: string, ...texts: readonly string[]): Mutation => ({
  mistake, find: /^def order\(\):/gm, put: [...texts.map(text => text.replaceAll('>', '    ')), '', '', 'def order():'].join('\n'), imports, projects: /Django/,
});
const inAdmin = (mistake: string, ...texts: readonly string[]): Mutation => inView(mistake, 'from django.contrib import admin', 'class UserAdmin(admin.ModelAdmin):', ...texts.map(text => `>${text}`));

export const django: Mutations = {
  CEL801: [
    inTransaction('sent before the commit', 'with transaction.atomic():', ">bought = User.objects.create(name='x')", '>«$2.delay(bought.pk, 990)»'),
    inTransaction('sent about rows that change', 'with transaction.atomic():', ">User.objects.filter(pk=user_id).update(name='x')", '>«$2.apply_async((user_id, 990), countdown=3)»'),
    inTransaction('sent in an atomic function', '@transaction.atomic', 'def change(user: User):', '>user.save()', '>«$2.delay(user.pk, 990)»'),
    inTransaction('a signature sent before the commit', 'with transaction.atomic():', ">bought = User.objects.create(name='x')", '>«$2.s(bought.pk, 990).delay()»'),
    { ...inTransaction('a chain called before the commit', 'with transaction.atomic():', ">bought = User.objects.create(name='x')", '>«chain($2.s(bought.pk, 990), $2.si(1, 990))()»'), imports: 'from celery import chain\nfrom django.contrib.auth.models import User\nfrom django.db import transaction' },
    inAdmin('sent when the admin saves', 'def save_model(self, request, obj, form, change):', '>super().save_model(request, obj, form, change)', '>«charge.delay(obj.pk, 990)»'),
    inAdmin('sent when the admin has saved', 'def save_related(self, request, form, formsets, change):', '>super().save_related(request, form, formsets, change)', '>«charge.s(form.instance.pk, 990).delay()»'),
    inAdmin('sent when the admin deletes', 'def delete_model(self, request, obj):', '>pk = obj.pk', '>obj.delete()', '>«charge.delay(pk, 990)»'),
    inTransaction('sent in a transaction about anything', 'with transaction.atomic():', '>«$2.delay(7, 990)»'),
  ],
  CEL802: [
    { mistake: 'the app not imported', find: /^from \.celery\w* import app as celery_app\n/gm, put: '', found: /Celery\('shop'\)/ },
    { mistake: 'another thing imported', find: /^from \.celery\w* import app as celery_app\n/gm, put: 'import os\n', found: /Celery\('shop'\)/ },
  ],
  CEL803: [
    inView('sent from a view', 'from django.views.generic import CreateView', 'class Buy(CreateView):', '>def form_valid(self, form):', '>>bought = form.save()', '>>«charge.delay(bought.pk, 990)»'),
    inView('sent about the object of a view', 'from django.views.generic import UpdateView', 'class Buy(UpdateView):', '>def form_valid(self, form):', '>>self.object = form.save()', '>>«charge.apply_async((self.object.pk, 990), countdown=3)»'),
    inView('sent from a view set', 'from rest_framework.viewsets import ModelViewSet', 'class Buy(ModelViewSet):', '>def perform_create(self, serializer):', '>>serializer.save()', '>>«charge.delay(serializer.instance.pk, 990)»'),
    inView('sent from a function', 'from django.contrib.auth.decorators import login_required\nfrom django.contrib.auth.models import User', '@login_required', 'def buy(request):', ">user = User.objects.create(name='x')", '>«charge.delay(user.pk, 990)»'),
    inView('sent from a view of the admin', 'from django.contrib.admin.views.decorators import staff_member_required\nfrom django.contrib.auth.models import User', '@staff_member_required', 'def buy(req):', ">user = User.objects.create(name='x')", '>«charge.delay(user.pk, 990)»'),
    inView('sent from a function with types', 'from django.contrib.auth.models import User\nfrom django.http import HttpRequest', 'def buy(request: HttpRequest, user: User):', '>if user.pk:', '>>user.save()', '>«charge.delay(user.pk, 990)»'),
  ],
  CEL804: [
    inReceiver('sent from a receiver', "@receiver(post_save, sender='shop.Order')", 'def saved(sender, instance, **kwargs):', '>«$2.delay(instance.pk, 990)»'),
    inReceiver('sent from a receiver of several signals', '@receiver([post_save, m2m_changed])', 'def saved(sender, instance, created=False, **kwargs):', '>if created:', '>>«$2.apply_async((instance.pk, 990), countdown=3)»'),
    inReceiver('sent about the instance among the keywords', '@receiver(signal=post_save)', 'def saved(sender, **kwargs):', ">order = kwargs['instance']", '>«$2.delay(order.pk, 990)»'),
    inReceiver('sent from a connected function', 'def saved(instance, **kwargs):', '>«$2.delay(order_id=instance.pk, amount=990)»', 'post_save.connect(saved)'),
  ],
};
