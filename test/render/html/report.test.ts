import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { openBundle, reportOf } from '../../../src/suite/report.ts';
import { describeWhere, FULL_CHECK } from '../../support/skip.ts';
import { createTemporaryFolder } from '../../support/temporary-folder.ts';
import { CHROMIUM, findBarriers, NO_CHROMIUM, openBrowser, visit } from '../support/browser.ts';
import { FAILING, HOSTILE, NOW, STORIES, type Story, tell, withGates } from '../support/stories.ts';

const SHOWN: Readonly<Record<string, () => Story>> = {
  ...STORIES,
  ...Object.fromEntries(Object.entries(FAILING).map(([gate, story]) => [`no-go-${gate}`, () => tell(withGates({ [gate]: story }))])),
};

async function render(story: Story): Promise<string> {
  return reportOf(story.files, await openBundle(story.files, NOW));
}

/** Pages are rendered once; what is compared is rendered again. */
const pages = new Map<string, Promise<string>>();
function pageOf(name: string): Promise<string> {
  const known = pages.get(name) ?? render(SHOWN[name]?.() as Story);
  pages.set(name, known);
  return known;
}

describe('report.html', () => {
  it.each(Object.keys(SHOWN))('%s: is one file of moderate size', async (name) => {
    const html = await pageOf(name);
    expect(Buffer.byteLength(html)).toBeLessThan(1_000_000);
    expect(html).toContain(`<h1 id="verdict">`);
  });

  it('is the same for the same bundle', async () => {
    expect(await render(STORIES['no-go']())).toBe(await pageOf('no-go'));
  });

  it('refuses a bundle that was edited', async () => {
    const { files } = STORIES.go();
    const [path = '', bytes = new Uint8Array()] = [...files].find(([name]) => name.startsWith('inputs/')) ?? [];
    const edited = new Map(files).set(path, bytes.with(bytes.length >> 1, (bytes[bytes.length >> 1] ?? 0) ^ 1));
    await expect(openBundle(edited, NOW)).rejects.toMatchObject({ problem: { expected: 'a bundle from which its decision follows' } });
  });

  it('repeats no value that our own rules know', async () => {
    const story = tell(withGates({}), {
      person: { by: 'Grace', decision: 'no-go', reason: 'ask carol.jones@bluebird-mail.com', at: '2026-11-22T11:58:00Z' },
    });
    const html = await render(story);
    expect(html).not.toContain('carol.jones');
    expect(html).toContain('[withheld: email]');
  });
});

describeWhere(FULL_CHECK && CHROMIUM !== undefined, FULL_CHECK ? NO_CHROMIUM : 'runs in the full check, .ci/run (TESTOPS_FULL=1)')(
  'report.html in a browser',
  () => {
    let paths: ReadonlyMap<string, string> = new Map();
    let browser: Browser;
    beforeAll(async () => {
      const folder = process.env.TESTOPS_REPORT_SHOTS ?? (await createTemporaryFolder('testops-report-')).path;
      mkdirSync(folder, { recursive: true });
      const written = new Map<string, string>();
      for (const name of Object.keys(SHOWN)) {
        const path = join(folder, `${name}.html`);
        writeFileSync(path, await pageOf(name));
        written.set(name, path);
      }
      paths = written;
      browser = await openBrowser();
    }, 60_000);

    afterAll(() => browser?.close());

    it.each(Object.keys(SHOWN))(
      '%s: no console error, no request, no barrier, in light and dark',
      async (name) => {
        for (const dark of [false, true]) {
          const { page, said, requests, dialogs } = await visit(browser, paths.get(name) ?? '', { dark });
          if (process.env.TESTOPS_REPORT_SHOTS)
            await page.screenshot({ path: `${paths.get(name)}.${dark ? 'dark' : 'light'}.png`, fullPage: true });
          // Everything open, so that axe sees what is folded too.
          await page.evaluate(`document.querySelectorAll('details').forEach((one) => { one.open = true; })`);
          // Structure is the same in both schemes; colours are not.
          expect({ said, requests, dialogs, barriers: await findBarriers(page, dark ? ['color-contrast'] : undefined) }).toEqual({
            said: [],
            requests: [],
            dialogs: [],
            barriers: [],
          });
        }
      },
      120_000,
    );

    it('shows every chart, and its numbers beside it', async () => {
      const { page } = await visit(browser, paths.get('no-go') ?? '');
      const charts = await page.evaluate<
        { label: string; wide: boolean; numbers: boolean }[]
      >(`[...document.querySelectorAll('svg[role=img]')].map((one) => ({
      label: one.getAttribute('aria-label'),
      wide: one.getBoundingClientRect().width > 200 && one.getBoundingClientRect().height > 60 && one.querySelectorAll('rect,path,circle').length > 0,
      numbers: one.closest('figure').querySelector('table') !== null,
    }))`);
      expect(charts.map(({ label }) => label.split(':')[0])).toEqual([
        'Latency of POST /v1/evaluate',
        'Over time',
        'Distribution',
        'Error budget left',
        'What is ready',
      ]);
      for (const chart of charts) expect(chart).toMatchObject({ wide: true, numbers: true });
      // The calendar and the grid are tables and lists themselves.
      expect(await page.evaluate(`document.querySelectorAll('.calendar li').length`)).toBe(7);
      expect(await page.evaluate(`document.querySelectorAll('.cell.first').length`)).toBe(2);
      // Bars stand in tables, beside their numbers: two budgets, three rules, two services.
      expect(await page.evaluate(`document.querySelectorAll('.bars tbody tr .stack').length`)).toBe(7);
      expect(
        await page.evaluate(
          `[...document.querySelectorAll('.pictures img')].map((one) => [one.naturalWidth, one.naturalHeight].join('×'))`,
        ),
      ).toEqual(['120×60', '120×60', '120×60']);
      await page.context().close();
    });

    it('is read with the keyboard alone: the first stop skips to the verdict, and what scrolls can be reached', async () => {
      const { page } = await visit(browser, paths.get('no-go') ?? '', { width: 420 });
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the verdict');
      await page.keyboard.press('Enter');
      expect(await page.evaluate('document.activeElement.id')).toBe('main');
      expect(await page.evaluate(`document.documentElement.scrollWidth <= window.innerWidth`)).toBe(true);
      expect(await findBarriers(page)).toEqual([]);
      await page.context().close();
    }, 60_000);

    it('prints everything that is folded, and no navigation', async () => {
      const { page } = await visit(browser, paths.get('no-go') ?? '');
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      expect(await page.evaluate(`getComputedStyle(document.querySelector('nav')).display`)).toBe('none');
      expect(await page.evaluate(`getComputedStyle(document.body).backgroundColor`)).toBe('rgb(255, 255, 255)');
      expect(
        await page.evaluate(
          `[...document.querySelectorAll('details:not(.bulk):not(.bulk *) > .inside')].every((one) => one.getBoundingClientRect().height > 0)`,
        ),
      ).toBe(true);
      await page.context().close();
    });

    it('holds nothing that could act: no script, handler, frame, form or inline style; hostile strings stay text', async () => {
      const { page } = await visit(browser, paths.get('hostile') ?? '');
      const active = await page.evaluate<string[]>(`[...document.querySelectorAll('*')].flatMap((one) => [
      ...(['SCRIPT', 'IFRAME', 'OBJECT', 'EMBED', 'FORM', 'BASE'].includes(one.tagName) ? [one.tagName] : []),
      ...[...one.attributes]
        .filter(({ name, value }) => name.startsWith('on') || name === 'style' || (name === 'href' && !/^(#|https?:|data:image)/.test(value)))
        .map(({ name, value }) => name + '=' + value),
    ])`);
      expect(active).toEqual([]);
      const text = await page.evaluate<string>('document.body.textContent');
      for (const hostile of HOSTILE.filter((one) => !/[\u0000-\u001f\u202e]/.test(one))) expect(text).toContain(hostile);
      expect(text).toContain('\\u202egnp.exe');
    });
  },
);
