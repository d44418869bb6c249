import { expectFindings, expectSilence } from '../ruleTester';

const head = 'from celery.schedules import crontab\n';

describe('CEL603 crontab-invalid', () => {
  it('finds what Celery refuses, at the very part', () => expectFindings('CEL603', {
    'a.py': `${head}
crontab(minute=«60», hour=«24»)
crontab(minute='0,«60»', hour=0)
crontab(0, 0, «7»)
crontab(0, 0, day_of_week='mon,«7»')
crontab(minute=0, hour=0, day_of_month=«0»)
crontab(minute='0,«5/10»')
crontab(minute=«1.5»)
crontab(minute=«None»)
crontab(minute=0, hour=0, day_of_month='«L»')
crontab(minute=0, hour=0, day_of_week='«?»')
crontab(minute='*/«0»')
crontab(minute=«[0, 60]»)
crontab(minute=0, hour=0, month_of_year='«foo»')
crontab(0, 0, '*', '*', '*', «2»)
crontab(«minutes»=0, «hours»=3)
crontab(minute=0, hour=0, «day»=1)
crontab(minute=0, hour=0, «weekday»=1)
M = 61
crontab(minute=«M»)
crontab(minute=0, hour=0, day_of_month=«31», month_of_year='2,4')
`,
  }, { severity: 'error' }));

  it('mends what is plain', () => expectFindings('CEL603', {
    'a.py': `${head}
crontab(«minutes»=0, «dow»=1)
crontab(0, 0, «7»)
crontab(0, 0, day_of_week='mon,«7»')
crontab(minute='«5/10»', day_of_month='«?»')
crontab('«0 7 * * 1-5»')
crontab('*/5« * * * *»')
`,
  }, {
    fixed: {
      'a.py': `${head}
crontab(minute=0, day_of_week=1)
crontab(0, 0, 0)
crontab(0, 0, day_of_week='mon,0')
crontab(minute='5-59/10', day_of_month='*')
crontab.from_string('0 7 * * 1-5')
crontab.from_string('*/5 * * * *')
`,
    },
  }));

  it('takes a cron line apart where Celery has no from_string', () => expectFindings('CEL603', { 'a.py': `${head}crontab('«0 7 * * 1-5»')\n` }, {
    versions: { celery: '5.4.0' }, fixed: { 'a.py': `${head}crontab(minute='0', hour='7', day_of_week='1-5')\n` },
  }));

  it('warns of text that is dropped and of names that mean another field', () => expectFindings('CEL603', {
    'a.py': `${head}
crontab(minute='1-5«-9»', hour=0)
crontab(minute=0, hour=0, day_of_week='«mar»')
crontab(minute=0, hour='«mon»')
`,
  }, { severity: 'warning' }));

  it('reads lines', () => expectFindings('CEL603', {
    'a.py': `${head}
crontab.from_string('0 «24» * * *')
crontab.from_string('«0 7 * *»')
crontab.from_string('«0 7  * * *»')
crontab.from_string('0 7 * * «7»')
`,
  }, { severity: 'error' }));

  it('names of months need 5.5, impossible dates stop Beat before 5.7', () => expectFindings('CEL603', {
    'a.py': `${head}crontab(minute=0, hour=0, month_of_year='«jan»')\ncrontab(minute=0, hour=0, day_of_month=«30», month_of_year=2)\n`,
  }, { versions: { celery: '5.4.0' }, messages: [/need Celery 5\.5/, /unable to rollover/] }));

  it('stays silent for what Celery takes', () => expectSilence('CEL603', {
    'a.py': `${head}
from elsewhere import X, kw, crontab as other
crontab()
crontab(minute='*/15', hour='22-4', day_of_week='fri-mon', month_of_year='jan-mar')
crontab(minute=X, hour=99 if X else 3)
crontab(**kw)
crontab(minute=[0, 30], hour={1, 2}, nowfun=X, app=X)
crontab(0, 0, 'monday')
crontab(minute=True)
other(minute=99, minutes=3)
crontab(minute=0, hour=0, day_of_month=29, month_of_year=2)
crontab.from_string('0 7 1-7 * mon')
crontab.from_string(X)
`,
  }));

  it('finds a timedelta in a field', () => expectFindings('CEL603', { 'a.py': "from datetime import timedelta\nfrom celery.schedules import crontab\ncrontab(minute=«timedelta(minutes=5)»)\n" }, { messages: [/not timedelta: TypeError/] }));
});
