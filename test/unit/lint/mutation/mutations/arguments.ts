import type { Mutations } from '../mutation';

/** What a decorator of the project does with the arguments is not known. */
const except = /a wrapper of the project/;

export const inArguments: Mutations = {
  CEL201: [
    { mistake: 'a set', find: /\bcharge\.delay\(7, 990\)/g, put: 'charge.delay(7, «{990}»)', except },
    { mistake: 'a stretch of time', find: /\bcharge\.delay\(7, 990\)/g, put: 'charge.delay(7, amount=«timedelta(days=1)»)', imports: 'from datetime import timedelta', except },
    { mistake: 'a path', find: /\bremind\.apply_async\(\(7,\)/g, put: "remind.apply_async((«Path('7')»,)", imports: 'from pathlib import Path', except },
    { mistake: 'a generator', find: /\bremind\.si\(7\)/g, put: 'remind.si(«(each for each in [7])»)', except },
    { mistake: 'an instance', find: /\bcharge\.delay\(7, 990\)/g, put: 'charge.delay(7, «User.objects.get(pk=1)»)', imports: 'from django.contrib.auth.models import User', except },
    { mistake: 'an instance that a star spreads', find: /\bcharge\.delay\(7, 990\)/g, put: 'charge.delay(*[7, *(«User.objects.get(pk=1)»,)])', imports: 'from django.contrib.auth.models import User', except },
    { mistake: 'an instance by name in a dict', find: /\bcharge\.delay\(7, 990\)/g, put: "charge.delay(7, **{'amount': «User.objects.get(pk=1)»})", imports: 'from django.contrib.auth.models import User', except },
    { mistake: 'instances in a list', find: /\bremind\.apply_async\(\(7,\)/g, put: 'remind.apply_async((«list(User.objects.all())»,)', imports: 'from django.contrib.auth.models import User', except },
    { mistake: 'the user of a view', find: /^def order\(\):([^]*?)charge\.delay\(7, 990\)/gm, put: '@login_required\ndef order(request):$1charge.delay(7, «request.user»)', imports: 'from django.contrib.auth.decorators import login_required', except },
    { mistake: 'an uploaded file', find: /^def order\(\):([^]*?)charge\.delay\(7, 990\)/gm, put: "@login_required\ndef order(request):$1charge.delay(7, «request.FILES['receipt']»)", imports: 'from django.contrib.auth.decorators import login_required', except },
    { mistake: 'a file of a form', find: /^def order\(\):([^]*?)charge\.delay\(7, 990\)/gm, put: "class Receipt(forms.Form):\n    receipt = forms.FileField()\n\n\ndef order(form: Receipt):$1charge.delay(7, «form.cleaned_data.get('receipt')»)", imports: 'from django import forms', except },
    { mistake: 'the instance of a signal', find: /^def order\(\):([^]*?)charge\.delay\(7, 990\)/gm, put: "@receiver(post_init)\ndef order(sender, **kwargs):$1charge.delay(7, «kwargs['instance']»)", imports: 'from django.db.models.signals import post_init\nfrom django.dispatch import receiver', except },
    { mistake: 'a set to a task by name', find: /(?:tasks\.)?\bcharge\.delay\(7, 990\)/g, put: "current_app.send_task('shop.tasks.charge', (7, «{990}»))", imports: 'from celery import current_app' },
  ],
};
