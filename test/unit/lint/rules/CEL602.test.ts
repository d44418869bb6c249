import { expectFindings, expectSilence } from '../ruleTester';

const head = 'from celery.schedules import crontab\nfrom celery import schedules\nimport celery.schedules as cs\n';

describe('CEL602 crontab-every-minute', () => {
  it('finds a missing minute, and a missing hour beside it', () => expectFindings('CEL602', {
    'a.py': `${head}
a = «crontab»(hour=3)
b = «schedules.crontab»(hour='*/2', day_of_week='mon-fri')
c = «cs.crontab»(day_of_month=1)
d = «crontab»(
    hour=7,
)
H = 4
e = «crontab»(hour=H, month_of_year=1)
f = «crontab»(minute=0, day_of_month='1')
g = «crontab»(0, day_of_week=1)
h = «crontab»(day_of_week='sat,sun')
`,
  }, {
    severity: 'warning',
    messages: [/every minute of the hour, not once$/, /every minute of the hour/, /Without minute and hour/, /every minute/, /every minute/, /Without hour this runs in every hour/, /Without hour/, /Without minute and hour/],
    fixed: {
      'a.py': `${head}
a = crontab(minute=0, hour=3)
b = schedules.crontab(minute=0, hour='*/2', day_of_week='mon-fri')
c = cs.crontab(minute=0, hour=0, day_of_month=1)
d = crontab(
    minute=0,
    hour=7,
)
H = 4
e = crontab(minute=0, hour=H, month_of_year=1)
f = crontab(minute=0, hour=0, day_of_month='1')
g = crontab(0, hour=0, day_of_week=1)
h = crontab(minute=0, hour=0, day_of_week='sat,sun')
`,
    },
  }));

  it('only hints where the minute is said, or the rhythm may be meant', () => expectFindings('CEL602', {
    'a.py': `${head}
a = crontab(minute=«'*'», hour=3)
b = «crontab»(minute=0, day_of_week='mon-fri')
`,
  }, { severity: 'hint' }));

  it('stays silent for rhythms, unknown values and other crontabs', () => expectSilence('CEL602', {
    'a.py': `${head}
from elsewhere import crontab as other, HOUR, kw
a = crontab()
b = crontab(minute='*/15', day_of_week='mon-fri')
c = crontab(minute=0, hour=3)
d = crontab(0, 3)
e = crontab(hour='*')
f = crontab(hour=HOUR)
g = crontab(**kw, hour=3)
h = other(hour=3)
i = crontab(minute='*', day_of_week=1)
j = crontab(minute=0)
k = crontab(hour='0-23')
l = crontab(hour=99)
`,
  }));

  it('hints at cron lines with every minute of some hours', async () => {
    await expectFindings('CEL602', { 'a.py': "from celery.schedules import crontab\ncrontab.from_string('«*» 3 * * *')\n" }, { severity: 'hint', messages: [/every minute of the hour/] });
    await expectSilence('CEL602', { 'a.py': "from celery.schedules import crontab\ncrontab.from_string('0 3 * * *')\ncrontab.from_string('* * * * *')\ncrontab.from_string('* */1 * * 1')\ncrontab.from_string('* 25 * * *')\n" });
  });
});
