import { expectFindings, expectSilence } from '../ruleTester';

const head = 'from celery.schedules import crontab\n';

describe('CEL610 crontab-dom-and-dow', () => {
  it('finds both days', () => expectFindings('CEL610', {
    'a.py': `${head}
«crontab»(minute=0, hour=0, day_of_month=13, day_of_week=5)
«crontab»(0, 0, 'mon', '1,15')
crontab.from_string(«'0 0 1 * 1-5'»)
`,
  }, { severity: 'info', fixed: null, messages: [/Fridays that fall on the 13th of a month at 00:00$/, /Mondays that fall on the 1st and the 15th/, /weekdays that fall on the 1st/] }));

  it('stays silent for one of them, for whole weeks and for unknown ones', () => expectSilence('CEL610', {
    'a.py': `${head}
from elsewhere import DAY
crontab(minute=0, hour=0, day_of_month=13)
crontab(minute=0, hour=0, day_of_week=5, day_of_month='*')
crontab(minute=0, hour=0, day_of_week='0-6', day_of_month=1)
crontab(minute=0, hour=0, day_of_month='1-31', day_of_week=1)
crontab(minute=0, hour=0, day_of_month='1-7', day_of_week='mon')
crontab(minute=0, hour=0, day_of_month=DAY, day_of_week=5)
`,
  }));
});
