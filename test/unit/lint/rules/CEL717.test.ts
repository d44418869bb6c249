import { expectFindings, expectSilence } from '../ruleTester';
import { configured } from './django';

describe('CEL717 broker-scheme', () => {
  it('finds paths of classes', () => expectFindings('CEL717', { 'a.py': "from celery import Celery\napp = Celery('a', broker=«'shop.transports:Own://host'»)\napp.conf.broker_write_url = «'redis://a;x.y://b'»\n" }, { severity: 'error', fixed: null }));

  it('stays silent for schemes, before kombu 5.7 and for unknown ones', async () => {
    await expectSilence('CEL717', { 'a.py': configured("app.conf.broker_url = 'sqla+mysql://u@host.net/db'\napp.conf.broker_read_url = URL\n", 'from elsewhere import URL\n') });
    await expectSilence('CEL717', { 'a.py': configured("app.conf.broker_url = 'x.y://host'\n") }, {}, { kombu: '5.6.2' });
  });
});
