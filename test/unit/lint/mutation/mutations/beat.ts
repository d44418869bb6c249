import type { Mutations } from '../mutation';

export const beat: Mutations = {
  CEL601: [
    { mistake: 'a misspelt task', find: /'task': 'shop\.tasks\.charge'/g, put: "'task': «'shop.tasks.chrage'»" },
    { mistake: 'a task that is gone', find: /'task': 'shop\.tasks\.charge'/g, put: "'task': «'shop.tasks.refund_everything'»" },
    { mistake: 'a signature of a task that is gone', find: /sender\.add_periodic_task\(600\.0, charge\.s\(7, 990\)\)/g, put: "sender.add_periodic_task(600.0, sender.signature(«'shop.tasks.refund_everything'», (7, 990)))" },
    { mistake: 'the module misspelt', find: /'task': 'shop\.tasks\.charge'/g, put: "'task': «'shop.task.charge'»" },
  ],
  CEL602: [{ mistake: 'no minute', find: /crontab\(minute=0, hour=3\)/g, put: '«crontab»(hour=3)' }, { mistake: 'no minute and no hour', find: /crontab\(minute=0, hour=3\)/g, put: '«crontab»(day_of_month=1)' }],
  CEL603: [
    { mistake: 'hour 24', find: /crontab\(minute=0, hour=3\)/g, put: 'crontab(minute=0, hour=«24»)' },
    { mistake: 'minute 60', find: /crontab\(minute=0, hour=3\)/g, put: 'crontab(minute=«60», hour=3)' },
    { mistake: 'Sunday as 7', find: /crontab\(minute=0, hour=3\)/g, put: 'crontab(minute=0, hour=3, day_of_week=«7»)' },
    { mistake: 'a plural', find: /crontab\(minute=0, hour=3\)/g, put: 'crontab(«minutes»=0, hour=3)' },
    { mistake: 'a whole line of cron', find: /crontab\(minute=0, hour=3\)/g, put: "crontab('«0 3 * * *»')" },
  ],
  CEL604: [
    { mistake: 'a step that does not divide', find: /crontab\(minute='\*\/15'\)/g, put: "crontab(minute='«*/7»')" },
    { mistake: 'a step beyond the hour', find: /crontab\(minute='\*\/15'\)/g, put: "crontab(minute='«*/90»')" },
  ],
  CEL605: [
    { mistake: 'a schedule as text', find: /'schedule': 600\.0/g, put: "'schedule': «'600'»" },
    { mistake: 'an option beside the others', find: /'schedule': 600\.0/g, put: "'schedule': 600.0, «'queue'»: 'invoices'" },
    { mistake: 'arguments that are no tuple', find: /'args': \(7,\)/g, put: "'args': («7»)" },
  ],
  CEL606: [
    { mistake: 'one argument too many', find: /'args': \(7,\)/g, put: "'args': (7, «8»)" },
    { mistake: 'a name that is no parameter', find: /'kwargs': \{'user_id': 7\}/g, put: "'kwargs': {'user_id': 7, «'urgent'»: True}" },
  ],
  CEL607: [
    { mistake: 'the time of the import', find: /'args': \(7,\)/g, put: "'args': («datetime.datetime.now()»,)", imports: 'import datetime' },
    { mistake: 'an id of the import', find: /'kwargs': \{'user_id': 7\}/g, put: "'kwargs': {'user_id': «uuid.uuid4()»}", imports: 'import uuid' },
  ],
  CEL609: [
    { mistake: 'a day in seconds', find: /'schedule': 600\.0/g, put: "'schedule': «86400.0»" },
    { mistake: 'a timedelta of hours', find: /'schedule': 600\.0/g, put: "'schedule': «datetime.timedelta(hours=6)»", imports: 'import datetime' },
  ],
  CEL610: [{ mistake: 'both kinds of days', find: /crontab\(minute=0, hour=3\)/g, put: '«crontab»(minute=0, hour=3, day_of_month=1, day_of_week=1)' }],
  CEL611: [
    { mistake: 'no time zone', find: /^app\.conf\.timezone = 'Europe\/Paris'\r?\n/gm, put: '', found: /crontab\(minute=0, hour=3\)/ },
  ],
  CEL612: [{ mistake: 'a period that is no whole unit', find: /'schedule': 600\.0/g, put: "'schedule': «90», 'relative': True" }],
};
