import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Hit } from '../../src/gates/telemetry-scan/engine/scanner.ts';
import { hitsIn, leave, newScore, type Score } from './score.ts';

interface SecretExample {
  readonly rule: string;
  readonly label: string;
  readonly text: string;
}

const isSecret = (hit: Hit) =>
  hit.severity === 'critical' ||
  hit.rule === 'password-hash' ||
  hit.rule.startsWith('token-') ||
  hit.rule.startsWith('key-') ||
  hit.rule === 'test-value';

export function scoreSecrets(folder: string): [string, Score][] {
  const rows: [string, Score][] = [];
  for (const origin of ['mongodb+kingfisher', 'praetorian-inc+noseyparker']) {
    const score = newScore();
    for (const line of readFileSync(join(folder, origin, 'derived/rule_examples.jsonl'), 'utf8')
      .trim()
      .split('\n')) {
      const { rule, label, text } = JSON.parse(line) as SecretExample;
      const hit = hitsIn(text).find(isSecret);
      if (label === 'positive' && hit) score.found++;
      else if (label === 'positive') {
        score.missed++;
        leave(score, rule.replace(/^(?:kingfisher|np)\./, '').replace(/\.\d+$/, ''));
      } else if (hit && hit.rule !== 'test-value') {
        score.wrong++;
        leave(score, `wrong: ${rule}`);
      }
    }
    rows.push([origin.replace(/^.*\+/, ''), score]);
  }
  const lint = newScore();
  const packages = join(folder, 'secretlint+secretlint/packages/@secretlint');
  for (const name of readdirSync(packages).sort()) {
    const snapshots = join(packages, name, 'test/snapshots');
    if (!existsSync(snapshots)) continue;
    for (const snapshot of readdirSync(snapshots).sort()) {
      const at = join(snapshots, snapshot, 'output.json');
      if (!existsSync(at)) continue;
      const { messages, sourceContent } = JSON.parse(readFileSync(at, 'utf8')) as {
        messages?: { type?: string }[];
        sourceContent?: string;
      };
      if (sourceContent === undefined) continue;
      const expected = (messages ?? []).some((message) => message.type === undefined || message.type === 'message');
      const hit = hitsIn(sourceContent).find(isSecret);
      const label = name.replace('secretlint-rule-', '');
      if (expected && hit) lint.found++;
      else if (expected) {
        lint.missed++;
        leave(lint, label);
      } else if (hit && hit.rule !== 'test-value') {
        lint.wrong++;
        leave(lint, `wrong: ${label}`);
      }
    }
  }
  rows.push(['secretlint', lint]);
  return rows;
}
