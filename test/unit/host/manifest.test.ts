import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = process.env.REPOSITORY!;
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

interface Manifest {
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category?: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly icon?: string; readonly contextualTitle?: string }[]>>;
    readonly viewsContainers: Readonly<Record<string, readonly { readonly icon: string }[]>>;
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string; readonly when: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly default?: unknown; readonly scope?: string; readonly markdownDescription?: string; readonly order?: number }>> };
  };
}

const manifest = JSON.parse(read('package.json')) as Manifest;
const strings = JSON.parse(read('package.nls.json')) as Record<string, string>;
const sources = ['src/extension.ts', ...readdirSync(path.join(root, 'src/host'), { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts')).map(file => `src/host/${file}`)].map(read);
const code = sources.join('\n');
const types = read('src/host/manifest.ts');
const { commands, views, viewsContainers, viewsWelcome, menus, configuration } = manifest.contributes;
const declared = commands.map(({ command }) => command).sort();
const matches = (text: string, pattern: RegExp): string[] => [...new Set([...text.matchAll(pattern)].map(match => match[1]!))].sort();

/** Names of the members of an interface in `src/host/manifest.ts`. */
function members(name: string): string[] {
  const body = new RegExp(`export interface ${name} \\{([^]*?)\\n\\}`).exec(types)?.[1];
  assert.ok(body, `no interface ${name}`);
  return matches(body, /^ {2}'?([\w.]+)'?: /gm);
}

describe('manifest', () => {
  it('declares each registered command, registers each declared one, and types all', () => {
    const registered = matches(code, /registerCommand\(\s*'([\w.]+)'/g);
    assert.deepEqual(registered, declared);
    assert.deepEqual(members('CommandArguments'), declared);
  });

  it('names commands celery.<area>.<verb>, with a title and the category', () => {
    for (const { command, title, category } of commands) {
      assert.match(command, /^celery\.[a-z]+\.[a-zA-Z]+$/);
      assert.equal(category, '%category%');
      assert.match(title, /^%command\.[\w.]+%$/);
    }
  });

  it('has each %key%, and uses each text', () => {
    const used = matches(read('package.json'), /"%([\w.-]+)%"/g);
    assert.deepEqual(used, Object.keys(strings).sort());
  });

  it('uses in menus and welcome views only commands that exist', () => {
    const inMenus = Object.values(menus).flatMap(items => items.map(({ command }) => command));
    const inTexts = viewsWelcome.flatMap(({ contents }) => matches(strings[contents.slice(1, -1)] ?? '', /command:(celery\.[\w.]+)/g));
    for (const command of [...inMenus, ...inTexts]) assert.ok(declared.includes(command), command);
  });

  it('hides from the palette what needs a row or a lens', () => {
    const palette = new Map(menus['commandPalette']?.map(({ command, when }) => [command, when]));
    const needsArgument = Object.entries(menus).filter(([menu]) => menu.startsWith('view/item')).flatMap(([, items]) => items.map(({ command }) => command));
    for (const command of needsArgument) assert.ok(palette.has(command), `${command} is in the palette without a condition`);
  });

  it('sets each context key that a condition reads', () => {
    const conditions = [...Object.values(menus).flatMap(items => items.map(({ when }) => when ?? '')), ...viewsWelcome.map(({ when }) => when), ...commands.map(command => (command as { enablement?: string }).enablement ?? '')].join('\n');
    const ids = Object.values(views).flat().map(({ id }) => id);
    const keys = matches(conditions, /\b(celery\.\w+)\b/g).filter(key => !ids.includes(key));
    assert.deepEqual(keys.filter(key => !members('ContextKeys').includes(key)), []);
    for (const key of members('ContextKeys')) assert.match(code, new RegExp(`setContext\\('${key.replace('.', '\\.')}'`));
  });

  it('creates each declared view, with an icon and a title where it stands alone', () => {
    const all = Object.values(views).flat();
    assert.deepEqual(matches(code, /createTreeView\(\s*'([\w.]+)'/g), all.map(({ id }) => id).sort());
    for (const view of all) assert.ok(view.icon && view.contextualTitle, view.id);
  });

  it('has an entry with default, description, order and scope for each setting that is read', () => {
    assert.deepEqual(Object.keys(configuration.properties).map(key => key.replace(/^celery\./, '')).sort(), members('Settings'));
    for (const [key, property] of Object.entries(configuration.properties)) {
      assert.ok('default' in property, `${key} has no default`);
      assert.ok(property.markdownDescription && property.order !== undefined && property.scope, key);
    }
  });

  it('restricts each setting that decides what is executed', () => {
    const harmless = ['celery.lenses.enabled', 'celery.lint.preset', 'celery.lint.severity', 'celery.lint.taskDecorators'];
    assert.deepEqual([...manifest.capabilities.untrustedWorkspaces.restrictedConfigurations].sort(), Object.keys(configuration.properties).filter(key => !harmless.includes(key)).sort());
  });

  it('has the icons of its view containers', () => {
    for (const { icon } of Object.values(viewsContainers).flat()) assert.ok(existsSync(path.join(root, icon)), icon);
  });
});
