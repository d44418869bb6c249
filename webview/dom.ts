export type Child = Node | string | null | false;

type Listeners = { readonly [Name in keyof HTMLElementEventMap as `on${Name}`]?: (event: HTMLElementEventMap[Name]) => void };
export type Attributes = Listeners & { readonly [name: string]: string | number | boolean | null | undefined | ((event: never) => unknown) };

/**
 * An element with attributes, listeners (`onclick` and so on) and children. Attributes that are null or false are left out, true stands alone.
 * There is no `style`: the policy of the page forbids it.
 */
export function h<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, attributes: Attributes = {}, ...children: readonly Child[]): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  decorate(element, attributes);
  element.append(...children.filter(child => child !== null && child !== false));
  return element;
}

export function decorate(element: HTMLElement, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value as EventListener);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : String(value));
  }
}

/** Sets or removes an attribute, touching the document only when it differs. */
export function setAttribute(element: Element, name: string, value: string | null): void {
  if (value === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** An icon of the editor's own font; always beside a text, so it says nothing to a screen reader. */
export function icon(name: string, more = ''): HTMLElement {
  return h('span', { class: `codicon codicon-${name} ${more}`.trimEnd(), 'aria-hidden': 'true' });
}

/** A quiet button that is only an icon, as in the title of a view. */
export function iconButton(name: string, label: string, onclick: () => void): HTMLButtonElement {
  return h('button', { class: 'icon-button', type: 'button', title: label, 'aria-label': label, onclick }, icon(name));
}

/** A button that looks like a link: it goes somewhere. */
export function linkButton(text: string, title: string, onclick: () => void, more = ''): HTMLButtonElement {
  return h('button', { class: `link ${more}`.trimEnd(), type: 'button', title, onclick }, text);
}

/** Makes these the children of `parent`, in this order. Those that are in their place are left alone: focus and a screen reader keep their own place in them. */
export function replaceInPlace(parent: HTMLElement, elements: readonly HTMLElement[]): void {
  const wanted = new Set<Element>(elements);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  let next = parent.firstElementChild;
  for (const element of elements) {
    if (element === next) next = next.nextElementSibling;
    else parent.insertBefore(element, next);
  }
}
