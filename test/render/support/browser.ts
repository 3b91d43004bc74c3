import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Debian's Chromium; `TESTOPS_CHROMIUM` names another one. */
const PATHS = [process.env.TESTOPS_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Path of a browser of the Chromium family, where there is one. */
export const CHROMIUM = PATHS.find((path) => path !== undefined && path !== '' && existsSync(path));

export const NO_CHROMIUM = 'Chromium is not installed (apt-get install chromium)';

/** Opens the browser; no sandbox, since containers often run as root and the pages are our own. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM ?? '',
    args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb'],
  });
}

export interface Visit {
  readonly page: Page;
  /** What the page wrote to the console, warnings and errors, and errors of its scripts. */
  readonly said: readonly string[];
  /** Requests beyond the document itself and data inside it. */
  readonly requests: readonly string[];
  /** Dialogs that something opened. */
  readonly dialogs: readonly string[];
}

/** Opens a file and records what it does. */
export async function visit(
  browser: Browser,
  path: string,
  options: { readonly dark?: boolean; readonly width?: number; readonly height?: number } = {},
): Promise<Visit> {
  const context = await browser.newContext({
    colorScheme: options.dark ? 'dark' : 'light',
    viewport: { width: options.width ?? 1280, height: options.height ?? 900 },
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const [said, requests, dialogs]: [string[], string[], string[]] = [[], [], []];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) said.push(message.text());
  });
  page.on('pageerror', (error) => said.push(error.message));
  page.on('request', (request) => {
    if (request.url() !== `file://${path}` && !request.url().startsWith('data:')) requests.push(request.url());
  });
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await page.goto(`file://${path}`, { waitUntil: 'load' });
  return { page, said, requests, dialogs };
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string | null;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Serious and critical violations that axe finds, with the first place of each; `rules` limits which are looked at. */
export async function findBarriers(page: Page, rules?: readonly string[]): Promise<readonly string[]> {
  await page.evaluate(readFileSync(AXE, 'utf8'));
  const result = await page.evaluate<AxeResult>(
    `axe.run(document, ${JSON.stringify({ resultTypes: ['violations'], ...(rules ? { runOnly: rules } : {}) })})`,
  );
  return result.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id} (${nodes.length}): ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
}
