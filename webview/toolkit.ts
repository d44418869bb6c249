// The only importer of the toolkit. State never lives in its elements.
import {
  provideVSCodeDesignSystem, vsCodeButton, vsCodeCheckbox, vsCodeDropdown, vsCodeOption, vsCodeProgressRing, vsCodeTextField,
  type Button, type Checkbox, type Dropdown, type Option, type ProgressRing, type TextField,
} from '@vscode/webview-ui-toolkit';
import { decorate, icon, type Attributes } from './dom';

provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox(), vsCodeDropdown(), vsCodeOption(), vsCodeProgressRing(), vsCodeTextField());

function create<Element extends HTMLElement>(tag: string, attributes: Attributes): Element {
  const element = document.createElement(tag) as Element;
  decorate(element, attributes);
  return element;
}

export interface ButtonOptions {
  readonly label: string;
  readonly icon?: string;
  readonly primary?: boolean;
  readonly title?: string;
  readonly onclick: () => void;
}

export function createButton({ label, icon: name, primary = false, title, onclick }: ButtonOptions): Button {
  const button = create<Button>('vscode-button', { appearance: primary ? 'primary' : 'secondary', title, onclick });
  if (name) {
    const start = icon(name);
    start.slot = 'start';
    button.append(start);
  }
  button.append(label);
  return button;
}

export interface TextFieldOptions {
  readonly label: string;
  readonly placeholder: string;
  readonly icon: string;
  readonly oninput: (value: string) => void;
}

/** A field without a visible label; `label` is its accessible name. */
export function createTextField({ label, placeholder, icon: name, oninput }: TextFieldOptions): TextField {
  const field = create<TextField>('vscode-text-field', { placeholder });
  keepLabel(field, label);
  const start = icon(name);
  start.slot = 'start';
  field.append(start);
  field.addEventListener('input', () => oninput(field.value));
  return field;
}

export interface DropdownOptions {
  readonly label: string;
  readonly onchange: (value: string) => void;
}

export function createDropdown({ label, onchange }: DropdownOptions): Dropdown {
  const dropdown = create<Dropdown>('vscode-dropdown', { 'aria-label': label });
  dropdown.addEventListener('change', () => onchange(dropdown.value));
  return dropdown;
}

export function createOption(value: string, text: string): Option {
  const option = create<Option>('vscode-option', { value });
  option.textContent = text;
  return option;
}

export interface CheckboxOptions {
  readonly label: string;
  readonly checked: boolean;
  readonly onchange: (checked: boolean) => void;
}

export function createCheckbox({ label, checked, onchange }: CheckboxOptions): Checkbox {
  const checkbox = create<Checkbox>('vscode-checkbox', {});
  checkbox.textContent = label;
  checkbox.checked = checked;
  checkbox.addEventListener('change', () => onchange(checkbox.checked));
  return checkbox;
}

export function createProgressRing(label: string): ProgressRing {
  const ring = create<ProgressRing>('vscode-progress-ring', {});
  keepLabel(ring, label);
  return ring;
}

/** The toolkit gives an element without text a name of its own when it is connected. */
function keepLabel(element: HTMLElement, label: string): void {
  const set = (): void => {
    if (element.getAttribute('aria-label') !== label) element.setAttribute('aria-label', label);
  };
  new MutationObserver(set).observe(element, { attributes: true, attributeFilter: ['aria-label'] });
  set();
}

export type { Button, Checkbox, Dropdown, ProgressRing, TextField };
