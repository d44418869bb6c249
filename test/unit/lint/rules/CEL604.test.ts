import { expectFindings, expectSilence } from '../ruleTester';

const head = 'from celery.schedules import crontab\n';

describe('CEL604 crontab-step', () => {
  it('finds steps beyond the field and those that do not divide it', () => expectFindings('CEL604', {
    'a.py': `${head}
crontab(minute='«*/90»')
crontab(minute=0, hour='«*/30»')
crontab('«*/7»')
crontab(minute='3,«*/25»', hour=0)
crontab(minute=0, hour='«*/5»')
crontab(minute=0, hour=0, day_of_week='«*/7»')
STEP = '*/45'
crontab(minute=«STEP»)
crontab.from_string('«*/7» * * * *')
`,
  }, { severity: 'warning', fixed: null, messages: [/leaves only 0/, /leaves only 0/, /4 minutes pass from 56 to the next 0/, /10 minutes pass/, /4 hours pass/, /leaves only 0/, /./, /./] }));

  it('stays silent for even steps, days, ranges and unknown ones', () => expectSilence('CEL604', {
    'a.py': `${head}
from elsewhere import N
crontab(minute='*/15', hour='*/6', day_of_month='*/2', day_of_week='*/2', month_of_year='*/3')
crontab(minute='0-50/7')
crontab(minute=f'*/{N}')
crontab(minute='*/1')
`,
  }));
});
