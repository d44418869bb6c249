import { expectFindings, expectSilence } from '../ruleTester';
import { configured, django } from './django';

describe('CEL705 serializer-not-accepted', () => {
  it('finds serializers that workers refuse', async () => {
    await expectFindings('CEL705', { 'a.py': configured("app.conf.task_serializer = «'yaml'»\napp.conf.accept_content = ['json', 'application/x-msgpack']\n") }, {
      severity: 'error', messages: [/accepted are only json and application\/x-msgpack$/], fixed: { 'a.py': configured("app.conf.task_serializer = 'yaml'\napp.conf.accept_content = ['json', 'application/x-msgpack', 'yaml']\n") },
    });
    await expectFindings('CEL705', { 'a.py': configured("app.conf.update(result_serializer=«'pickle'»)\n") }, { messages: [/by default accepted is only json$/], fixed: null });
    await expectFindings('CEL705', django("CELERY_TASK_SERIALIZER = «'msgpack'»\nCELERY_ACCEPT_CONTENT = ('json',)\n"), { fixed: { 'proj/settings.py': "CELERY_TASK_SERIALIZER = 'msgpack'\nCELERY_ACCEPT_CONTENT = ('json', 'msgpack',)\n" } });
    await expectFindings('CEL705', { 'a.py': configured("@app.task(serializer=«'pickle'»)\ndef t(): ...\n") }, { messages: [/throw the messages of t away/] });
    await expectFindings('CEL705', { 'a.py': configured("app.conf.result_serializer = «'yaml'»\napp.conf.accept_content = ['json', 'yaml']\napp.conf.result_accept_content = ['json']\n") });
  });

  it('stays silent for accepted, custom and unknown ones', async () => {
    await expectSilence('CEL705', { 'a.py': configured("app.conf.task_serializer = 'application/json'\napp.conf.result_serializer = 'json'\n") });
    await expectSilence('CEL705', { 'a.py': configured("app.conf.task_serializer = 'signed-pickle'\napp.conf.accept_content = ['json']\n") });
    await expectSilence('CEL705', { 'a.py': configured("app.conf.task_serializer = 'yaml'\napp.conf.accept_content = ACCEPTED\n", 'from elsewhere import ACCEPTED\n') });
    await expectSilence('CEL705', { 'a.py': configured("app.conf.task_serializer = 'yaml'\napp.config_from_object('elsewhere')\n") });
    await expectSilence('CEL705', { 'a.py': configured("app.conf.task_serializer = 'pickle'\napp.conf.accept_content = ['application/x-python-serialize']\n") });
    await expectSilence('CEL705', { 'a.py': configured("app.conf.task_serializer = NAME\n", 'from elsewhere import NAME\n') });
  });
});
