import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { PNG } from 'pngjs';
import { openBundle, reportOf } from '../../../src/suite/report.ts';
import { runCli } from '../../support/cli.ts';
import { DIST } from '../../support/dist.ts';
import { describeWhere, FULL_CHECK } from '../../support/skip.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { CHROMIUM, NO_CHROMIUM, openBrowser, visit } from '../support/browser.ts';
import { FAILING, NOW, STORIES, type Story, tell, withGates } from '../support/stories.ts';

/**
 * What the report looks like, held against pictures that people looked at, by our own snapshot-compare. Where Chromium or its fonts are others than those the
 * pictures were taken with, nothing is compared, and that is said. `TESTOPS_UPDATE_PICTURES=1` takes them anew, for review.
 */
const KEPT = resolve('test/render/pictures');
const MADE_WITH = join(KEPT, 'made-with.json');
const MAX_BYTES_IN_ALL = 1_500_000;
const MOST_ROWS = 1100;

/** Differences that rasterizing leaves from one machine to another with the same fonts. */
const RULES = `- files: "**/*.png"
  image: { threshold: 0.15, rate: 0.002, antialiasing: ignore }
`;

interface Shot {
  readonly name: string;
  readonly story: () => Story;
  /** Sections, by the id of their heading. */
  readonly section: string;
  readonly dark?: boolean;
  readonly width?: number;
}

const wide = 1000;
const narrow = 420;
const failing = (gate: keyof typeof FAILING) => () => tell(withGates({ [gate]: FAILING[gate] }));
const gates = Object.keys(FAILING) as (keyof typeof FAILING)[];

const SHOTS: readonly Shot[] = [
  ...(['go', 'conditional', 'no-go', 'inconclusive', 'missing', 'person', 'hostile'] as const).map((name) => ({
    name: `${name}.verdict`,
    story: STORIES[name],
    section: 'verdict',
  })),
  { name: 'go.gates', story: STORIES.go, section: 'gates' },
  { name: 'go.slo-gate', story: STORIES.go, section: 'slo-gate' },
  { name: 'many.telemetry-scan', story: STORIES.many, section: 'telemetry-scan' },
  ...gates.map((gate) => ({ name: `no-go.${gate}`, story: failing(gate), section: gate })),
  ...(['verdict', 'slo-gate', 'determinism-check'] as const).map((section) => ({
    name: `no-go.${section}.dark`,
    story: STORIES['no-go'],
    section,
    dark: true,
  })),
  ...(['verdict', 'slo-gate', 'snapshot-compare'] as const).map((section) => ({
    name: `no-go.${section}.narrow`,
    story: STORIES['no-go'],
    section,
    width: narrow,
  })),
  { name: 'conditional.waivers', story: STORIES.conditional, section: 'waivers' },
  { name: 'conditional.checklist', story: STORIES.conditional, section: 'checklist' },
];

const madeWith = CHROMIUM === undefined ? undefined : describeBrowser(CHROMIUM);
const keptWith = existsSync(MADE_WITH) ? (JSON.parse(readFileSync(MADE_WITH, 'utf8')) as Record<string, string>) : undefined;
const updating = process.env.TESTOPS_UPDATE_PICTURES === '1';
const same = updating || JSON.stringify(madeWith) === JSON.stringify(keptWith);
const reason = !FULL_CHECK
  ? 'runs in the full check, .ci/run (TESTOPS_FULL=1)'
  : madeWith === undefined
    ? NO_CHROMIUM
    : `the pictures were taken with ${JSON.stringify(keptWith)}, here is ${JSON.stringify(madeWith)}`;

/** The browser's version and the fonts that it finds for the families of the page. */
function describeBrowser(path: string): Record<string, string> | undefined {
  const ask = (command: string, ...args: readonly string[]): string => {
    try {
      return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    } catch {
      return 'unknown';
    }
  };
  const version = /\d+(\.\d+)*/.exec(ask(path, '--version'))?.[0];
  if (version === undefined) return undefined;
  return { chromium: version, text: ask('fc-match', 'system-ui', 'family'), code: ask('fc-match', 'monospace', 'family') };
}

describeWhere(FULL_CHECK && madeWith !== undefined && same, reason)('what the report looks like', () => {
  let browser: Browser;
  let folder: TemporaryFolder;
  beforeAll(async () => {
    folder = await createTemporaryFolder('testops-pictures-');
    browser = await openBrowser();
    mkdirSync(folder.join('actual'));
    const pages = new Map<() => Story, string>();
    for (const { name, story, section, dark = false, width = wide } of SHOTS) {
      const path = pages.get(story) ?? folder.join(`${name}.html`);
      if (!pages.has(story)) {
        const told = story();
        writeFileSync(path, await reportOf(told.files, await openBundle(told.files, NOW)));
        pages.set(story, path);
      }
      const { page } = await visit(browser, path, { dark, width });
      const bytes = await page.locator(`section[aria-labelledby="${section}"]`).screenshot({ animations: 'disabled', scale: 'css' });
      writeFileSync(folder.join(`actual/${name}.png`), squeeze(bytes));
      await page.context().close();
    }
    if (updating) {
      rmSync(KEPT, { recursive: true, force: true });
      cpSync(folder.join('actual'), KEPT, { recursive: true });
      writeFileSync(MADE_WITH, `${JSON.stringify(madeWith, null, 2)}\n`);
    }
  }, 480_000);

  afterAll(async () => {
    await browser?.close();
    await folder?.[Symbol.asyncDispose]();
  });

  it('is as it was when people last looked at it', async () => {
    const compared = await compare(folder.path);
    if (process.env.TESTOPS_REPORT_SHOTS && compared.exitCode !== 0)
      cpSync(folder.join('actual'), process.env.TESTOPS_REPORT_SHOTS, { recursive: true });
    expect({ exit: compared.exitCode, said: compared.exitCode === 0 ? '' : compared.stderr }).toEqual({ exit: 0, said: '' });
  }, 120_000);

  it('is told from a report that lost its charts', async () => {
    const path = folder.join('actual/no-go.slo-gate.png');
    const png = PNG.sync.read(readFileSync(path));
    // Paints the chart over, from below the heading on.
    for (let row = 150; row < 330; row += 1) png.data.fill(255, row * png.width * 4, (row + 1) * png.width * 4);
    await using other = await createTemporaryFolder('testops-pictures-');
    cpSync(folder.join('actual'), other.join('actual'), { recursive: true });
    writeFileSync(other.join('actual/no-go.slo-gate.png'), PNG.sync.write(png));
    const compared = await compare(other.path);
    expect(compared.exitCode).toBe(1);
    expect(compared.stderr).toContain('no-go.slo-gate.png');
    expect(compared.stderr).toMatch(/1 of \d+ files differ/);
  }, 120_000);

  it('keeps its pictures small', () => {
    const bytes = readdirSync(KEPT).reduce((sum, file) => sum + readFileSync(join(KEPT, file)).length, 0);
    expect(bytes).toBeLessThan(MAX_BYTES_IN_ALL);
  });
});

/** Runs the gate in a folder that holds `actual/`. */
function compare(cwd: string) {
  cpSync(KEPT, join(cwd, 'baseline'), { recursive: true, filter: (path) => !path.endsWith('.json') });
  writeFileSync(join(cwd, 'rules.yml'), RULES);
  return runCli({
    dist: DIST,
    args: ['snapshot-compare', '--baseline', 'baseline', '--actual', 'actual', '--rules', 'rules.yml'],
    cwd,
  });
}

/** The upper part of a picture, in 16 steps of each colour and without transparency: a fraction of the size, and as telling. */
function squeeze(bytes: Uint8Array): Buffer {
  const whole = PNG.sync.read(Buffer.from(bytes));
  const png = new PNG({ width: whole.width, height: Math.min(whole.height, MOST_ROWS) });
  PNG.bitblt(whole, png, 0, 0, png.width, png.height, 0, 0);
  for (let at = 0; at < png.data.length; at += 1) png.data[at] = Math.round((png.data[at] ?? 0) / 17) * 17;
  return PNG.sync.write(png, { colorType: 2, deflateLevel: 6, deflateStrategy: 0, filterType: 0 });
}
