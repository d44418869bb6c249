import type { Sources } from '../ruleTester';

/** A Django project whose Celery reads `CELERY_…` from its settings. */
export function django(settings: string, more: Sources = {}, namespace = "'CELERY'"): Sources {
  return {
    'manage.py': 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "proj.settings")\n',
    'proj/__init__.py': '',
    'proj/celery.py': `from celery import Celery\napp = Celery('proj')\napp.config_from_object('django.conf:settings', namespace=${namespace})\n`,
    'proj/settings.py': settings,
    'proj/models.py': 'from django.db import models\n\n\nclass Order(models.Model):\n    name = models.TextField()\n',
    ...more,
  };
}

/** A project whose settings stand in a module of their own, without a namespace. */
export function plain(settings: string, more: Sources = {}): Sources {
  return { 'app.py': "from celery import Celery\napp = Celery('app')\napp.config_from_object('celeryconfig')\n", 'celeryconfig.py': settings, ...more };
}

/** An app with settings given on it line by line. */
export function configured(lines: string, head = ''): string {
  return `from celery import Celery\n${head}app = Celery('app')\n${lines}`;
}
