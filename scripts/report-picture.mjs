// Draws docs/images/report.jpg: gates examples/toron for real, with one thing broken, and photographs the report that comes out.
// Needs Chromium (`CHROMIUM`, or /usr/bin/chromium). `node scripts/report-picture.mjs [FILE]` takes a report that is there instead.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { root } from './compile.mjs';

const MOST_BYTES = 200_000;
const picture = join(root, 'docs/images/report.jpg');
const given = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), 'testops-picture-'));
try {
  const report = given === undefined ? gateTheExample() : resolve(given);
  await photograph(report);
  const { size } = statSync(picture);
  if (size > MOST_BYTES) throw new Error(`${picture} has ${size} bytes, more than ${MOST_BYTES}`);
  console.log(`${picture}: ${size} bytes`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** A clone is gated, so that the report names a commit; what is built here is what gates it. */
function gateTheExample() {
  const clone = join(folder, 'clone');
  run('git', ['clone', '--quiet', root, clone], root);
  if (process.env.TESTOPS_DIST) {
    rmSync(join(clone, 'dist'), { recursive: true });
    cpSync(process.env.TESTOPS_DIST, join(clone, 'dist'), { recursive: true });
  }
  // Whoever else stands the example up on this machine is not in the way.
  const configuration = join(clone, 'examples/toron/testops.yml');
  writeFileSync(
    configuration,
    readFileSync(configuration, 'utf8').replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${20_000 + (process.pid % 10_000)}`),
  );
  run('git', ['add', '--all'], clone);
  run(
    'git',
    ['-c', 'user.name=Example', '-c', 'user.email=example@example.test', 'commit', '--quiet', '--all', '--message=Another port'],
    clone,
  );
  // One gate says no: the page shows more when it has something to say.
  spawnSync('make', ['beta-check', 'FAULT=latency'], { cwd: clone, stdio: 'inherit' });
  const report = join(clone, 'examples/toron/testops-out/report.html');
  if (!existsSync(report)) throw new Error('beta-check wrote no report');
  return report;
}

async function photograph(report) {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1160, height: 900 }, colorScheme: 'light' });
    await page.goto(pathToFileURL(report).href);
    await page.screenshot({ path: picture, type: 'jpeg', quality: 85 });
  } finally {
    await browser.close();
  }
}

function run(program, args, cwd) {
  const { status } = spawnSync(program, args, { cwd, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}`);
}
