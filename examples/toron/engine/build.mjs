// Builds the engine's artefacts into out/engine: same source, same bytes, whatever the clock, place, locale, user or umask.
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readFaultOrExit } from '../system/faults.mjs';
import { evaluate } from './evaluate.mjs';
import { toCsv, toJson, toYaml } from './formats.mjs';
import { compileRules } from './rules.mjs';

const SEEDS = Array.from({ length: 40 }, (_, index) => index + 1);
const fault = readFaultOrExit();
const folder = fileURLToPath(new URL('../out/engine/', import.meta.url));

const table = compileRules({ drift: fault === 'drift' });
const results = SEEDS.map((seed) => evaluate(table, seed));
const files = describe(table, results);
if (fault === 'nondeterminism') {
  files['report.txt'] += `built at ${new Date().toISOString()} as ${randomBytes(4).toString('hex')}\n`;
}
files['manifest.json'] = toJson({
  engineVersion: table.version,
  files: Object.fromEntries(Object.entries(files).map(([name, text]) => [name, sha256(text)])),
});

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(files)) {
  writeFileSync(join(folder, name), text);
  chmodSync(join(folder, name), 0o644);
}
console.log(
  `engine ${table.version}: ${Object.keys(files).length} files, ${results.length} evaluations, rules ${table.digest.slice(0, 12)}`,
);

/** @returns {Record<string, string>} file name -> text */
function describe(rules, evaluations) {
  const alerts = evaluations.flatMap((result) => result.alerts.map((alert) => ({ seed: result.seed, ...alert })));
  const perRule = rules.rules.map((rule) => ({
    rule: rule.id,
    severity: rule.severity,
    fired: alerts.filter((alert) => alert.rule === rule.id).length,
  }));
  const summary = { engineVersion: rules.version, evaluations: evaluations.length, alerts: alerts.length, perRule };
  return {
    'rules.compiled.json': toJson(rules),
    'report.json': toJson({ ...summary, results: evaluations }),
    'report.yaml': toYaml(summary),
    'report.csv': toCsv(['seed', 'rule', 'severity', 'tick', 'value'], alerts),
    'report.txt': perRule.map((row) => `${row.rule.padEnd(20)}${row.severity.padEnd(10)}${String(row.fired).padStart(6)}\n`).join(''),
  };
}

function sha256(text) {
  return createHash('sha256').update(text).digest('hex');
}
