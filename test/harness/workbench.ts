import { chromium, type Browser, type BrowserContext, type FrameLocator, type Locator, type Page } from 'playwright-core';
import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromiumArguments, ensureChromium } from '../../scripts/lib/chromium.mjs';
import { addressOf, ensureCodeServer, installExtension, startServer, writeSettings, type Server } from '../../scripts/lib/codeServer.mjs';
import { newest, type EnvironmentName } from '../../scripts/lib/environments.mjs';
import { killProcessesWith, processesWith } from '../../scripts/lib/processes.mjs';
import { cleanEnvironment } from '../../scripts/lib/run.mjs';
import { copySample, freePort } from '../../scripts/lib/samples.mjs';
import { quietSettings } from '../../scripts/lib/settings.mjs';
import { packedExtension } from '../../scripts/lib/vsix.mjs';
import { Editor } from './editor';
import { pathWithout } from './programs';
import { QuickInput } from './quickInput';
import { SideBarView } from './sideBarView';
import { until } from './until';

export type Theme = 'Light Modern' | 'Dark Modern' | 'Default High Contrast' | 'Default High Contrast Light';

export interface WorkbenchOptions {
  /** A folder below `samples/`, or an absolute path; it is copied first. Default: `shop`. */
  readonly sample?: string;
  /** `development`: the repository as it is built; `packed`: the VSIX in `dist/`, installed as a user would. Default: `development`. */
  readonly extension?: 'development' | 'packed';
  /** False: the folder opens in Restricted Mode, without being asked about it. Default: true. */
  readonly trusted?: boolean;
  /** Becomes `.venv` of the copy; null: it has none. Default: the newest Celery. */
  readonly python?: EnvironmentName | null;
  /** Programs that the editor and all it starts shall not find on PATH, e.g. {@link BROKER_PROGRAMS}. Default: none hidden. */
  readonly hidden?: RegExp | null;
  /** Where the copy's app expects its Redis; nothing listens there. Default: a free port. */
  readonly brokerPort?: number;
  /** Folders of other extensions to install beside ours. Default: none. */
  readonly besides?: readonly string[];
  readonly theme?: Theme;
  /** User settings beside {@link quietSettings}. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Files to write into the copy before it is opened, by relative path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Changes to files of the copy before it is opened, by relative path. */
  readonly edit?: Readonly<Record<string, (text: string) => string>>;
  /** More variables for the editor and all it starts. */
  readonly env?: NodeJS.ProcessEnv;
  readonly size?: { readonly width: number; readonly height: number };
}

/** In the environment of the editor and of all that descends from it. */
const MARKER = 'CELERY_WORKBENCH_TEST';

/**
 * VS Code with the extension and a copy of a sample project, as a person sees it: on a page that is read, clicked and typed into.
 * Nothing here reaches into the extension. One has its own profile, its own programs on PATH and its own broker address.
 */
export class Workbench {
  readonly quickInput: QuickInput;

  private constructor(
    readonly page: Page,
    /** The copy of the sample. */
    readonly folder: string,
    /** Settings, logs, and what the extension stores. */
    readonly dataFolder: string,
    /** Port that stands in the copy for Redis's own. */
    readonly brokerPort: number,
    private readonly home: string,
    private readonly marker: string,
    private readonly server: Server,
    private readonly browser: Browser,
    private readonly context: BrowserContext,
  ) {
    this.quickInput = new QuickInput(page);
  }

  static async open({ sample = 'shop', extension = 'development', trusted = true, python = newest, hidden = null, theme = 'Dark Modern', settings = {}, files = {}, edit = {}, besides = [], env = {}, size = { width: 1280, height: 800 }, ...options }: WorkbenchOptions = {}): Promise<Workbench> {
    await ensureCodeServer();
    // Short, since the paths of sockets below it must be.
    const home = await mkdtemp(path.join(tmpdir(), 'cw-'));
    const folder = path.join(home, path.basename(sample));
    const dataFolder = path.join(home, 'data');
    const brokerPort = options.brokerPort ?? (await freePort());
    const marker = randomUUID();
    await mkdir(path.join(home, 'run'), { mode: 0o700 });
    await copySample(path.resolve(process.env.REPOSITORY!, 'samples', sample), folder, { python, brokerPort, files });
    for (const [file, change] of Object.entries(edit)) await writeFile(path.join(folder, file), change(readFileSync(path.join(folder, file), 'utf8')));
    await writeSettings(dataFolder, { ...quietSettings, 'workbench.colorTheme': theme, ...settings });
    if (extension === 'packed') await installExtension(dataFolder, packedExtension(process.env.REPOSITORY!));
    else linkExtension(process.env.REPOSITORY!, dataFolder);
    for (const folder of besides) linkExtension(folder, dataFolder);

    const server = await startServer({
      dataFolder, trusted, testing: false, log: path.join(home, 'server.log'),
      env: { ...cleanEnvironment(), ...(hidden && { PATH: await pathWithout(hidden, path.join(home, 'programs')) }), XDG_RUNTIME_DIR: path.join(home, 'run'), [MARKER]: marker, ...env },
    });
    const browser = await chromium.launch({ executablePath: await ensureChromium(), args: chromiumArguments });
    const context = await browser.newContext({ viewport: size, permissions: ['clipboard-read', 'clipboard-write'] });
    context.setDefaultTimeout(30_000);
    const page = await context.newPage();
    const workbench = new Workbench(page, folder, dataFolder, brokerPort, home, marker, server, browser, context);
    workbench.keepConsole(page);
    await workbench.show(page);
    return workbench;
  }

  /** Ends the editor, the browser and everything that descends from them, at once. */
  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    killProcessesWith(`${MARKER}=${this.marker}`);
    await rm(this.home, { recursive: true, force: true, maxRetries: 5 });
  }

  /** All that was started by this editor, itself included, and lives. `command` is the whole command line. Linux only. */
  processes(command: RegExp = /./): { pid: number; command: string }[] {
    return processesWith(`${MARKER}=${this.marker}`).filter(process => command.test(process.command));
  }

  /** Whether something listens where the copy's app expects its broker. */
  brokerAnswers(): Promise<boolean> {
    return new Promise(resolve => {
      const socket = connect(this.brokerPort, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.on('close', () => socket.destroy()).unref();
    });
  }

  // Windows

  /** As F5 in a browser, or *Developer: Reload Window*. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.ready(this.page);
  }

  /** A second window on the same folder, in front. */
  async secondWindow(): Promise<Page> {
    const page = await this.context.newPage();
    this.keepConsole(page);
    await this.show(page);
    return page;
  }

  /** All windows at once as if the machine had killed them: their extension hosts get no time to say goodbye. */
  async killWindows(): Promise<void> {
    for (const { pid } of this.processes(/--type=extensionHost/)) process.kill(pid, 'SIGKILL');
    await Promise.all(this.context.pages().map(page => page.close()));
  }

  private async show(page: Page): Promise<void> {
    await page.goto(addressOf(this.server.port, this.folder));
    await this.ready(page);
  }

  private async ready(page: Page): Promise<void> {
    await page.getByRole('tree', { name: 'Files Explorer' }).or(page.getByRole('tablist', { name: 'Active View Switcher' })).first().waitFor({ timeout: 60_000 });
  }

  // Files and editors

  /**
   * Opens a file by *Go to File*. `path` is relative to the folder. `at`: a text of the line to go to.
   */
  async openFile(path: string, { at }: { at?: string } = {}): Promise<Editor> {
    const line = at === undefined ? '' : `:${this.lineOf(path, at)}`;
    const name = path.split('/').at(-1)!;
    const option = this.page.getByRole('option', { name: new RegExp(`^${escape(name)}(?![.\\w])`) }).first();
    // Its name goes on with `, preview`, and with its group where there are two.
    const tab = this.page.getByRole('tab', { name: new RegExp(`^${escape(name)}(,|$)`), selected: true });
    const appears = (locator: Locator): Promise<boolean> => locator.waitFor({ timeout: 5000 }).then(() => true, () => false);
    // Until the extension host is there nothing is found, and while more is found the rows move.
    await until(`${path} is open`, async () => {
      await this.page.keyboard.press('Control+P');
      await this.quickInput.type(`${path}${line}`);
      if (await appears(option)) await option.click({ timeout: 2000 });
      if (await appears(tab)) return true;
      await this.page.keyboard.press('Escape');
      return false;
    }, 60);
    return new Editor(this.page, name);
  }

  /** Line, from 1, of the first occurrence of a text in a file of the copy, as it was saved last. */
  lineOf(file: string, text: string): number {
    const lines = readFileSync(path.join(this.folder, file), 'utf8').split('\n');
    const index = lines.findIndex(line => line.includes(text));
    if (index < 0) throw new Error(`${file} has no line with ${text}`);
    return index + 1;
  }

  /** The editor that was opened already and has this file name. */
  editor(name: string): Editor {
    return new Editor(this.page, name);
  }

  // Side bar, status bar, panel

  /** A view of the Celery side bar by its name, e.g. `Services`; shows the side bar when it is not there. */
  async view(name: string): Promise<SideBarView> {
    await this.showSideBar();
    const view = new SideBarView(this.page, name);
    await view.expand();
    return view;
  }

  /** Clicks the Celery icon of the activity bar unless its side bar is shown. */
  async showSideBar(): Promise<void> {
    const tab = this.page.getByRole('tablist', { name: 'Active View Switcher' }).getByRole('tab', { name: /^Celery\b/ });
    await tab.waitFor();
    if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
    await this.page.getByRole('heading', { name: 'Celery', level: 2 }).waitFor();
  }

  /** An item of the status bar by its accessible name. */
  statusBarItem(name: string | RegExp): Locator {
    return this.page.locator('[id="workbench.parts.statusbar"]').getByRole('button', { name });
  }

  /** What the visible terminal shows, line by line. */
  async terminalText(): Promise<string> {
    return (await this.page.locator('.terminal-wrapper.active .xterm-rows').allInnerTexts()).join('\n').replaceAll('\u00a0', ' ');
  }

  // What asks and tells

  /** The modal dialog, whatever it says. Its buttons: {@link press}. */
  get dialog(): Locator {
    return this.page.getByRole('dialog').and(this.page.locator('[aria-modal="true"]'));
  }

  /** A notification that contains the text. */
  notification(text: string | RegExp): Locator {
    return this.page.getByRole('dialog', { name: /, notification/ }).filter({ hasText: text });
  }

  /** Clicks a button of the modal dialog, or of `where`, and waits until that is gone. */
  async press(button: string, where: Locator = this.dialog): Promise<void> {
    await where.getByRole('button', { name: button, exact: true }).click();
    await where.waitFor({ state: 'hidden' });
  }

  /** Runs a command from the palette by its full title: `Celery: Run Task…`. */
  async runCommand(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.quickInput.type(`>${title}`);
    await this.page.getByRole('option', { name: title }).first().click();
  }

  // The Monitor

  /** Content of the webview that is visible. */
  get webview(): FrameLocator {
    return this.page.locator('iframe.webview.ready:visible').contentFrame().locator('#active-frame').contentFrame();
  }

  // Pictures and evidence

  /** Waits until nothing moves any more: for pictures alone, since there is nothing to wait for by name. */
  async settle(): Promise<void> {
    await this.page.mouse.move(0, 0);
    await this.page.waitForTimeout(1_500);
  }

  /** Writes `test-results/pictures/<name>.png` and returns its path. */
  async screenshot(name: string, of: Page | Locator = this.page): Promise<string> {
    const file = path.join(process.env.REPOSITORY!, 'test-results', 'pictures', `${name}.png`);
    await mkdir(path.dirname(file), { recursive: true });
    await of.screenshot({ path: file, animations: 'disabled' });
    return file;
  }

  async setTheme(theme: Theme): Promise<void> {
    const kind = { 'Light Modern': 'vs', 'Dark Modern': 'vs-dark', 'Default High Contrast': 'hc-black', 'Default High Contrast Light': 'hc-light' }[theme];
    await this.runCommand('Preferences: Color Theme');
    await this.quickInput.type(theme.replace('Default High Contrast', 'High Contrast').replace(/^High Contrast$/, 'Dark High Contrast').replace('High Contrast Light', 'Light High Contrast'));
    await this.page.keyboard.press('Enter');
    await this.page.locator(`.monaco-workbench.${kind}`).waitFor();
  }

  /** Keeps what helps to understand a failure: picture, page as text, logs of the editor, its extension host and the extension. */
  async keepEvidence(title: string): Promise<void> {
    const folder = path.join(process.env.REPOSITORY!, 'test-results', 'evidence', title.replace(/[^\w.-]+/g, '-').slice(0, 120));
    await mkdir(folder, { recursive: true });
    for (const [index, page] of this.context.pages().entries()) {
      await page.screenshot({ path: path.join(folder, `window-${index + 1}.png`) }).catch(() => undefined);
      await page.locator('body').ariaSnapshot().then(text => writeFile(path.join(folder, `window-${index + 1}.txt`), text), () => undefined);
    }
    for (const [from, to] of [[path.join(this.dataFolder, 'data', 'logs'), 'logs'], [path.join(this.home, 'server.log'), 'server.log'], [path.join(this.home, 'console.log'), 'console.log']] as const) {
      if (existsSync(from)) cpSync(from, path.join(folder, to), { recursive: true });
    }
    for (const file of readdirSync(path.join(this.dataFolder, 'data', 'User'), { recursive: true }).map(String).filter(name => name.endsWith('agent.log'))) {
      cpSync(path.join(this.dataFolder, 'data', 'User', file), path.join(folder, 'logs', file.replaceAll(path.sep, '-')));
    }
    await writeFile(path.join(folder, 'processes.txt'), this.processes().map(({ pid, command }) => `${pid} ${command}\n`).join(''));
  }

  private keepConsole(page: Page): void {
    page.on('console', message => void appendFile(path.join(this.home, 'console.log'), `${message.type()} ${message.text()}\n`).catch(() => undefined));
  }
}

/** As if the folder had been installed: unlike a development host it shows notifications and answers no dialog by itself. */
function linkExtension(source: string, dataFolder: string): void {
  const { publisher, name, version } = JSON.parse(readFileSync(path.join(source, 'package.json'), 'utf8')) as Record<string, string>;
  const folder = path.join(dataFolder, 'extensions');
  mkdirSync(folder, { recursive: true });
  symlinkSync(source, path.join(folder, `${publisher}.${name}-${version}`), 'junction');
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
