import { expectFindings, expectSilence } from '../ruleTester';
import { configured, django } from './django';

describe('CEL707 pickle-accepted', () => {
  it('finds pickle among what is accepted, else as the serializer', async () => {
    await expectFindings('CEL707', { 'a.py': configured("app.conf.accept_content = ['json', «'pickle'»]\napp.conf.task_serializer = 'pickle'\n") }, { severity: 'warning', fixed: null });
    await expectFindings('CEL707', django("CELERY_ACCEPT_CONTENT = {«'application/x-python-serialize'»}\n"));
    await expectFindings('CEL707', { 'a.py': configured("app.conf.update(task_serializer=«'pickle'»)\n") });
    await expectFindings('CEL707', { 'a.py': configured("ACCEPTED = ['json', 'pickle']\napp.conf.accept_content = «ACCEPTED»\n") });
  });

  it('stays silent for the others, signed pickle and unknown lists', () => expectSilence('CEL707', {
    'a.py': configured("app.conf.accept_content = ['json', 'yaml', 'signed-pickle']\napp.conf.task_serializer = 'signed-pickle'\napp.conf.result_accept_content = ACCEPTED\n", 'from elsewhere import ACCEPTED\n'),
    'tests/test_a.py': "from a import app\napp.conf.accept_content = ['pickle']\n",
  }));
});
