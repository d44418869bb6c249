import { expectFindings, expectSilence } from '../ruleTester';

const app = (entries: string): string => `from datetime import timedelta\nfrom celery import Celery\nfrom celery.schedules import schedule\napp = Celery('app')\napp.conf.beat_schedule = {\n${entries}\n}\n`;

describe('CEL612 relative-interval', () => {
  it('finds periods that are no whole units', () => expectFindings('CEL612', {
    'a.py': app(`
    'a': {'task': 't', 'schedule': «90», 'relative': True},
    'b': {'task': 't', 'schedule': «schedule(timedelta(minutes=90), relative=True)»},
    'c': {'task': 't', 'schedule': «timedelta(hours=36)», 'relative': True},`),
  }, { severity: 'warning', fixed: null, messages: [/every minute, not every 90 seconds/, /every hour, not every 90 minutes/, /every day, not every 36 hours/] }));

  it('stays silent for whole ones, plain ones and unknown ones', () => expectSilence('CEL612', {
    'a.py': app(`
    'a': {'task': 't', 'schedule': 90},
    'b': {'task': 't', 'schedule': 120, 'relative': True},
    'c': {'task': 't', 'schedule': 45, 'relative': True},
    'd': {'task': 't', 'schedule': schedule(90, relative=False)},
    'e': {'task': 't', 'schedule': schedule(PERIOD, relative=True)},`),
  }));
});
