import { expectFindings, expectSilence } from '../ruleTester';

const app = (entries: string, head = ''): string => `from datetime import timedelta\nfrom celery import Celery\n${head}app = Celery('app')\napp.conf.beat_schedule = {\n${entries}\n}\n`;
const daily = app("'a': {'task': 't', 'schedule': 86400}");

describe('CEL609 beat-long-interval', () => {
  const crontabs: readonly (readonly [string, string, RegExp])[] = [
    ['3600', 'crontab(minute=0)', /every hour after Beat's start/],
    ['timedelta(days=1)', 'crontab(minute=0, hour=0)', /every day/],
    ['60 * 60 * 6.0', "crontab(minute=0, hour='*/6')", /every 6 hours/],
  ];
  for (const [interval, crontab, message] of crontabs) {
    it(`finds ${interval}, and knows a crontab that comes as often`, () => expectFindings('CEL609', { 'a.py': app(`'a': {'task': 't', 'schedule': «${interval}»}`, 'from celery.schedules import crontab\n') }, {
      severity: 'info', messages: [message], fixed: { 'a.py': app(`'a': {'task': 't', 'schedule': ${crontab}}`, 'from celery.schedules import crontab\n') },
    }));
  }

  it('offers no crontab where none comes as often', () => expectFindings('CEL609', { 'a.py': app("'a': {'task': 't', 'schedule': «timedelta(hours=5)»}") }, { fixed: null }));

  it('says it once for a schedule, of the longest interval', () => expectFindings('CEL609', {
    'a.py': app(`
    'a': {'task': 't', 'schedule': 3600},
    'b': {'task': 't', 'schedule': «timedelta(days=7)»},
    'c': {'task': 't', 'schedule': 86400},
    'd': {'task': 't', 'schedule': 60},`),
    'b.py': "from a import app\n\n@app.on_after_configure.connect\ndef setup(sender, **kwargs):\n    sender.add_periodic_task(«18000», app.signature('t'))\n    sender.add_periodic_task(3600, app.signature('t'))\n",
  }, { messages: [/every 7 days .* \(2 more here\)$/, /every 5 hours .* \(1 more here\)$/] }));

  it('stays silent for short ones, crontabs and unknown ones', () => expectSilence('CEL609', {
    'a.py': app("'a': {'task': 't', 'schedule': 3599},\n'b': {'task': 't', 'schedule': crontab(minute=0, hour=0)},\n'c': {'task': 't', 'schedule': timedelta(days=DAYS)},", 'from celery.schedules import crontab\nfrom elsewhere import DAYS\n'),
  }));

  const chosen: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'in the settings': { 'a.py': `${daily}app.conf.beat_scheduler = 'redbeat.RedBeatScheduler'\n` },
    'by an installed app of Django': { 'a.py': app("'a': {'task': 't', 'schedule': 86400}", 'INSTALLED_APPS = ["django_celery_beat"]\n') },
    'in a script': { 'a.py': daily, 'bin/beat.sh': '#!/bin/sh\nexec celery -A a beat -l INFO \\\n  -S redbeat.RedBeatScheduler\n' },
    'in a script without an extension': { 'a.py': daily, 'docker/start': '#!/bin/sh\ncelery -A a beat --scheduler=django\n' },
    'in a variable of a script': { 'a.py': daily, 'beat.sh': 'ARGUMENTS="-A a.celery beat --pidfile= --scheduler django_celery_beat.schedulers:DatabaseScheduler"\n/usr/bin/celery $ARGUMENTS\n' },
    'in a compose file': { 'a.py': daily, 'docker-compose.yml': 'services:\n  beat:\n    command: celery -A a beat --scheduler redbeat.RedBeatScheduler\n' },
    'in a list of a compose file': { 'a.py': daily, 'compose.yaml': 'services:\n  tick:\n    command: ["celery", "-A", "a", "beat", "-S", "redbeat.RedBeatScheduler"]\n' },
    'in a list over lines': { 'a.py': daily, 'deploy/tick.yml': 'command:\n  - celery\n  - -A\n  - a\n  - beat\n  - --scheduler\n  - redbeat.RedBeatScheduler\n' },
    'in a folded command': { 'a.py': daily, 'compose.yaml': 'services:\n  tick:\n    command: >\n      celery -A a beat\n      --loglevel=info\n      --scheduler=django\n' },
    'for Beat in a worker': { 'a.py': daily, 'Procfile': 'web: gunicorn a\nworker: celery -A a worker -B -S redbeat.RedBeatScheduler\n' },
    'in pyproject.toml': { 'a.py': daily, 'pyproject.toml': '[tool.poe.tasks]\nscheduler.cmd = "celery --app a beat --scheduler a.schedulers.DatabaseScheduler"\n' },
    'in the environment': { 'a.py': daily, 'compose.yaml': 'services:\n  tick:\n    environment:\n      CELERY_BEAT_SCHEDULER: redbeat.RedBeatScheduler\n    command: celery -A a beat\n' },
    'in Python': { 'a.py': `${daily}app.start(['beat', '-S', 'redbeat.RedBeatScheduler'])\n` },
  };
  for (const [where, sources] of Object.entries(chosen)) it(`stays silent where another scheduler is chosen ${where}`, () => expectSilence('CEL609', sources));

  const other: Readonly<Record<string, string>> = {
    'beat.sh': 'celery -A a beat -s /var/lib/celerybeat-schedule --schedule=x; curl -S http://localhost\n',
    'Procfile': 'beat: celery -A a beat -l INFO\nsort: sort -S 1G rows\n',
    'README.md': 'celery -A a beat --scheduler redbeat.RedBeatScheduler\n',
    'timers.sh': 'timers beat --scheduler cron\n',
  };
  for (const [name, text] of Object.entries(other)) it(`is not silenced by ${name} with other options`, () => expectFindings('CEL609', { 'a.py': daily.replace('86400', '«86400»'), [name]: text }));
});
