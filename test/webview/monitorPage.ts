import { readFileSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { chromiumArguments, ensureChromium } from '../../scripts/lib/chromium.mjs';
import { monitorHtml } from '../../src/host/monitor/html';
import { MonitorSession } from '../../src/host/monitor/session';
import type { MonitorMessage } from '../../src/shared/monitorProtocol';
import type { SampleSource } from './sampleSource';

const repository = process.env.REPOSITORY!;
/** The page is served from here by the browser's own routing: no server, no port. */
const origin = 'https://monitor.test';
const types: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css', '.ttf': 'font/ttf' };

export type ThemeName = 'light' | 'dark' | 'high-contrast' | 'high-contrast-light';

interface Theme {
  readonly bodyClass: string;
  readonly defaultStyles: string;
  readonly variables: Readonly<Record<string, string>>;
}

let browser: Promise<Browser> | null = null;

/** One browser for all tests, closed by mocha's last hook. */
export function openBrowser(): Promise<Browser> {
  return (browser ??= ensureChromium().then(executablePath => chromium.launch({ executablePath, args: chromiumArguments })));
}

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = null;
}

export interface MonitorPageOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly language?: string;
  readonly strings?: Readonly<Record<string, string>>;
  readonly reducedMotion?: 'reduce' | 'no-preference';
  readonly forcedColors?: 'active' | 'none';
  /** The test moves the page's time. */
  readonly clock?: boolean;
}

/** The built page in a browser, with the host's own session at the other end. */
export class MonitorPage {
  readonly violations: string[] = [];
  readonly errors: string[] = [];
  readonly refused: unknown[] = [];
  readonly copied: string[] = [];
  /** Messages to the page, as they went over the wire. */
  readonly posted: MonitorMessage[] = [];
  session: MonitorSession;

  private constructor(readonly page: Page, private readonly source: SampleSource) {
    this.session = this.connect();
  }

  static async open(source: SampleSource, options: MonitorPageOptions = {}): Promise<MonitorPage> {
    const { theme = 'dark', width = 1280, height = 800, language = 'en', strings = {}, reducedMotion = 'no-preference', forcedColors = 'none', clock = false } = options;
    const context = await (await openBrowser()).newContext({ viewport: { width, height }, reducedMotion, forcedColors, locale: 'en-US', timezoneId: 'UTC' });
    if (clock) await context.clock.install();
    const page = await context.newPage();
    // The machine may be busy with other things for a while.
    page.setDefaultTimeout(25_000);
    const monitor = new MonitorPage(page, source);
    page.on('pageerror', error => monitor.errors.push(error.message));
    page.on('console', message => {
      if (message.type() === 'error' || message.type() === 'warning') monitor.errors.push(message.text());
    });
    await page.exposeFunction('postToHost', (message: unknown) => void monitor.session.receive(message));
    await page.exposeFunction('reportViolation', (text: string) => void monitor.violations.push(text));
    await page.addInitScript(prepare, JSON.parse(readFileSync(path.join(repository, `test/fixtures/themes/${theme}.json`), 'utf8')) as Theme);
    await page.route(`${origin}/**`, route => {
      const { pathname } = new URL(route.request().url());
      if (pathname === '/') {
        const html = monitorHtml({ script: `${origin}/monitor.js`, style: `${origin}/monitor.css`, cspSource: origin, nonce: 'c3R5bGU', language, strings });
        return route.fulfill({ contentType: 'text/html; charset=utf-8', body: html });
      }
      return route.fulfill({ contentType: types[path.extname(pathname)] ?? 'application/octet-stream', path: path.join(repository, 'dist/webview', pathname) });
    });
    await page.goto(`${origin}/`);
    return monitor;
  }

  /** As the editor does it with a hidden or revived page: everything is gone but what `setState` kept. */
  async reload(): Promise<void> {
    this.session.dispose();
    this.session = this.connect();
    await this.page.reload();
  }

  async close(): Promise<void> {
    this.session.dispose();
    await this.page.context().close();
  }

  get grid(): Locator {
    return this.page.getByRole('grid', { name: 'Runs' });
  }

  get rows(): Locator {
    return this.grid.locator('tr[role=row]').filter({ has: this.page.locator('td') });
  }

  get selectedRow(): Locator {
    return this.grid.locator('tr[aria-selected=true]');
  }

  get details(): Locator {
    return this.page.getByRole('complementary', { name: 'Details of the run' });
  }

  /** Row of the number-th sample. */
  run(number: number): Locator {
    return this.grid.locator(`[id="run-00000000-0000-4000-8000-${String(number).padStart(12, '0')}"]`);
  }

  /** First row that is wholly on the screen, as its index. */
  async firstVisible(): Promise<number> {
    return this.grid.evaluate(grid => Math.floor(grid.scrollTop / 24));
  }

  private connect(): MonitorSession {
    return new MonitorSession(this.source, {
      post: message => {
        this.posted.push(message);
        void this.page.evaluate(data => window.postMessage(data, '*'), message).catch(() => undefined);
      },
      copy: text => {
        this.copied.push(text);
        return Promise.resolve();
      },
      refused: message => this.refused.push(message),
    });
  }
}

/** Runs in the page before its own script: what the editor's webview does. */
function prepare({ bodyClass, defaultStyles, variables }: Theme): void {
  const host = window as unknown as { postToHost(message: unknown): void; reportViolation(text: string): void; acquireVsCodeApi: unknown };
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile, lineNumber }) => host.reportViolation(`${violatedDirective} ${blockedURI} ${sourceFile}:${lineNumber}`));
  host.acquireVsCodeApi = () => ({
    postMessage: (message: unknown) => host.postToHost(message),
    getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') as unknown,
    setState: (state: unknown) => sessionStorage.setItem('state', JSON.stringify(state)),
  });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(defaultStyles);
  document.adoptedStyleSheets = [sheet];
  const paint = (): void => {
    for (const [name, value] of Object.entries(variables)) document.documentElement.style.setProperty(name, value);
  };
  if (document.documentElement) paint();
  document.addEventListener('DOMContentLoaded', () => {
    paint();
    document.body.classList.add(...bodyClass.split(' '));
  });
}
