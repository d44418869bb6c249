import assert from 'node:assert/strict';
import { LogColours } from '../../../src/host/log/colours';

/** Colours as letters. */
const read = (text: string): string => text.replaceAll('\x1b[2m', '<dim>').replaceAll('\x1b[31m', '<red>').replaceAll('\x1b[32m', '<green>').replaceAll('\x1b[0m', '<->').replaceAll('\x1b[35m', '<own>');

describe('colours of a log', () => {
  it('mark the level, and what follows an error until the next line of the log', () => {
    const log = '[2026-11-23 17:36:37,905: ERROR/ForkPoolWorker-2] Task add raised\nTraceback\n\n  File "a.py", line 3\n[2026-11-23 17:36:37,946: INFO/MainProcess] Task add received\nprinted\n';
    assert.equal(read(new LogColours().feed(log)), [
      '<dim>[2026-11-23 17:36:37,905: <-><red>ERROR<-><dim>/ForkPoolWorker-2]<-> Task add raised',
      '<red>Traceback<->',
      '',
      '<red>  File "a.py", line 3<->',
      '<dim>[2026-11-23 17:36:37,946: <-><green>INFO<-><dim>/MainProcess]<-> Task add received',
      'printed',
      '',
    ].join('\n'));
  });

  it('leave alone what has colours, and the rest of a line that came in pieces', () => {
    const colours = new LogColours();
    assert.equal(read(colours.feed('\x1b[35m[2026-11-23 17:36:37,905: INFO/x]\x1b[0m a\nhalf a li')), '<own>[2026-11-23 17:36:37,905: INFO/x]<-> a\nhalf a li');
    assert.equal(colours.feed('[2026-11-23 17:36:37,905: INFO/x] ne\n'), '[2026-11-23 17:36:37,905: INFO/x] ne\n');
  });
});
