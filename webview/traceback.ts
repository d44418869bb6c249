import type { TracebackLine } from '../src/shared/run';
import { h } from './dom';
import { formatCount } from './format';
import { t } from './text';

/** A frame, with the source lines that Python prints below it. */
interface Block {
  readonly frame: TracebackLine['frame'];
  readonly lines: string[];
}

/** A traceback whose frames open the code. Frames of libraries are dimmed, or left out. */
export function createTraceback(lines: readonly TracebackLine[], ownOnly: boolean, open: (file: string, line: number) => void): HTMLElement {
  const element = h('div', { class: 'code traceback', tabindex: '0', role: 'group', 'aria-label': t('Traceback') });
  let hidden = 0;
  const showHidden = (): void => {
    if (hidden > 0) element.append(h('div', { class: 'traceback-gap' }, formatCount(hidden, '… {0} frame of a library', '… {0} frames of libraries')));
    hidden = 0;
  };
  for (const { frame, lines: text } of blocks(lines)) {
    if (ownOnly && frame && !frame.own) {
      hidden++;
      continue;
    }
    showHidden();
    const [head = '', ...rest] = text;
    const block = h('div', { class: frame && !frame.own ? 'frame library' : 'frame' });
    block.append(frame ? frameLine(head, frame, open) : head);
    for (const line of rest) block.append('\n', line);
    element.append(block);
  }
  showHidden();
  return element;
}

function frameLine(text: string, frame: NonNullable<TracebackLine['frame']>, open: (file: string, line: number) => void): HTMLElement {
  const indent = /^\s*/.exec(text)![0];
  const button = h('button', { class: 'link frame-link', type: 'button', title: t('Open {0}, line {1}', frame.file, frame.line), onclick: () => open(frame.file, frame.line) }, text.slice(indent.length));
  return h('span', {}, indent, button);
}

/** Lines below a frame that are indented deeper than it belong to it. */
function blocks(lines: readonly TracebackLine[]): Block[] {
  const all: Block[] = [];
  for (const { text, frame } of lines) {
    const last = all.at(-1);
    if (frame || !last?.frame || !/^ {4}/.test(text)) all.push({ frame, lines: [text] });
    else last.lines.push(text);
  }
  return all;
}
