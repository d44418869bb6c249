import { expectFindings, expectSilence } from '../ruleTester';
import { configured } from './django';

const redis = "app.conf.broker_url = 'redis://localhost'\n";

describe('CEL712 acks-late-visibility', () => {
  it('finds limits beyond the timeout', async () => {
    await expectFindings('CEL712', { 'a.py': configured(`${redis}@app.task(acks_late=True, time_limit=«7200»)\ndef t(): ...\n`) }, { severity: 'info', fixed: null, messages: [/^t may run longer than the broker's visibility_timeout of 3600 s/] });
    await expectFindings('CEL712', { 'a.py': configured("app.conf.update(broker_url='sqs://', task_acks_late=True, task_time_limit=«2000»)\n") }, { messages: [/of 1800 s/] });
    await expectFindings('CEL712', { 'a.py': configured(`${redis}app.conf.task_acks_late = True\napp.conf.broker_transport_options = {'visibility_timeout': 600}\n@app.task(time_limit=«601»)\ndef t(): ...\n`) });
  });

  it('stays silent for shorter ones, other brokers, early acknowledgement and what is not known', async () => {
    await expectSilence('CEL712', { 'a.py': configured(`${redis}@app.task(acks_late=True, time_limit=3600)\ndef t(): ...\n@app.task(time_limit=9999)\ndef u(): ...\n`) });
    await expectSilence('CEL712', { 'a.py': configured("app.conf.broker_url = 'amqp://'\n@app.task(acks_late=True, time_limit=7200)\ndef t(): ...\n") });
    await expectSilence('CEL712', { 'a.py': configured('@app.task(acks_late=True, time_limit=7200)\ndef t(): ...\n') });
    await expectSilence('CEL712', { 'a.py': configured(`${redis}app.conf.broker_transport_options = {'visibility_timeout': 43200}\n@app.task(acks_late=True, time_limit=7200)\ndef t(): ...\n`) });
    await expectSilence('CEL712', { 'a.py': configured(`${redis}app.conf.broker_transport_options = OPTIONS\n@app.task(acks_late=True, time_limit=7200)\ndef t(): ...\n`, 'from elsewhere import OPTIONS\n') });
  });
});
