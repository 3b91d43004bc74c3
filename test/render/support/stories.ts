import {
  buildEvidence,
  conclude,
  evidenceBytes,
  evidenceFileName,
  type Finding,
  GATE_IDS,
  type GateId,
  type Judgement,
  type Verdict,
} from '../../../src/core/index.ts';
import { buildBundle, type Decision, type DecisionInput, decide } from '../../../src/decision/index.ts';
import { directionsDocument } from '../../../src/suite/configuration/directions.ts';
import { dashboard, latency, outputs, picture, runs, topology, values } from './exhibits.ts';

export const COMMIT = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
/** What the default branch and the earlier beta are at. */
const EARLIER_COMMIT = '9d1f0c2b7a6e5d4c3b2a190807f6e5d4c3b2a190';
export const NOW = Date.parse('2026-11-22T12:00:00Z');
const encoder = new TextEncoder();

/** What one gate says in a story; the rest is filled in. */
export type GateStory = Partial<Omit<Judgement, 'verdict'>> & { readonly verdict: Verdict };

const HEADLINES: Readonly<Record<GateId, string>> = {
  'determinism-check': '6 outputs equal in 12 runs, rate < 22.1 % at 95 %',
  'slo-gate': 'p(95) 212 ms, < 300 ms; 10 of 10 objectives met',
  'telemetry-scan': 'nothing found in 37 files',
  'snapshot-compare': '48 files as the baseline',
  'deploy-preview': '2/2 runners, 2/2 gateways ready',
};

/** Real evidence of a gate. */
export function evidenceOf(gate: GateId, story: GateStory): Uint8Array {
  const { verdict, ...given } = story;
  const judgement = conclude({
    checks: [{ id: 'main', verdict }],
    findings: [],
    measurements: [],
    headline: HEADLINES[gate],
    exhibits: [],
    ...given,
  } as Omit<Judgement, 'verdict'>);
  return evidenceBytes(
    buildEvidence({
      gate,
      subject: { commit: COMMIT },
      judgement,
      inputs: { 'fail-on': 'high' },
      dirty: false,
      measured: [],
      toolVersion: '0.1.0',
      run: {
        repository: 'toron/toron',
        runId: '4711',
        attempt: 1,
        event: 'workflow_dispatch',
        environment: { node: '24.21.0', platform: 'linux', arch: 'x64' },
        startedAt: '2026-11-22T11:50:00Z',
        finishedAt: '2026-11-22T11:52:00Z',
      },
      url: 'https://github.com/toron/toron/actions/runs/4711',
    }),
  );
}

/** An accepted beta with the same limits. */
function comparedWithEarlierBeta(): Pick<DecisionInput, 'base' | 'limits'> {
  const tag = 'v2.4.0-beta.3';
  const files = [{ name: '.github/testops.yml', bytes: encoder.encode('version: 1\n') }];
  return {
    base: {
      bases: [{ commit: EARLIER_COMMIT, tag }],
      compared: [{ commit: EARLIER_COMMIT, tag, standing: 'accepted', why: ['base'], files }],
      moved: [],
      steering: [],
      asked: true,
    },
    limits: { configuration: '.github/testops.yml', directions: directionsDocument(), files, branch: files },
  };
}

export interface Story {
  readonly decision: Decision;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** A real decision with its bundle, on evidence of the named gates. */
export function tell(gates: Partial<Record<GateId, GateStory>>, more: Partial<DecisionInput> = {}): Story {
  const input: DecisionInput = {
    now: NOW,
    toolVersion: '0.1.0',
    repository: 'toron/toron',
    subject: { commit: COMMIT },
    dirty: false,
    run: {
      id: '4711',
      attempt: 1,
      event: 'workflow_dispatch',
      workflow: 'https://github.com/toron/toron/.github/workflows/testops-ci.yml@refs/heads/main',
      url: 'https://github.com/toron/toron/actions/runs/4711',
    },
    configured: [...GATE_IDS],
    defaultBranch: { name: 'main', commit: EARLIER_COMMIT, source: 'forge' },
    ...comparedWithEarlierBeta(),
    evidence: Object.entries(gates).map(([gate, story]) => ({
      name: evidenceFileName(gate as GateId),
      bytes: evidenceOf(gate as GateId, story),
    })),
    ...more,
  };
  const decision = decide(input);
  return { decision, files: buildBundle(decision, input, () => `# ${decision.outcome}\n`).files };
}

/** All gates pass, but for those that are given. */
export function withGates(changed: Partial<Record<GateId, GateStory>>): Record<GateId, GateStory> {
  return Object.fromEntries(GATE_IDS.map((gate) => [gate, changed[gate] ?? PASSING[gate]])) as Record<GateId, GateStory>;
}

export function document(name: string, value: unknown): { name: string; bytes: Uint8Array; origin: { kind: 'workspace' } } {
  return { name, bytes: encoder.encode(JSON.stringify(value)), origin: { kind: 'workspace' } };
}

function finding(code: string, level: Finding['level'], args: Finding['args'], place?: Finding['place']): Finding {
  return { code, level, args, ...(place ? { place } : {}) };
}

const PASSING: Readonly<Record<GateId, GateStory>> = {
  'determinism-check': { verdict: 'pass', exhibits: [runs(false)] },
  'slo-gate': {
    verdict: 'pass',
    exhibits: latency(140),
    measurements: [
      {
        id: 'http_req_duration: p(95)<300',
        value: 212,
        unit: 'ms',
        limit: { comparison: '<', value: 300 },
        interval: { low: 206.2, high: 219.9, confidence: 0.95 },
        samples: 28_130,
      },
      {
        id: 'availability',
        value: 0.9993,
        unit: '1',
        limit: { comparison: '>=', value: 0.999 },
        warnLimit: { comparison: '>=', value: 0.9995 },
        interval: { low: 0.9989, high: 0.9996, confidence: 0.95 },
        samples: 28_130,
      },
      { id: 'requests', value: 28_130, unit: 'requests', limit: { comparison: '>=', value: 1000 } },
    ],
  },
  'telemetry-scan': { verdict: 'pass', measurements: [{ id: 'files', value: 37, unit: 'files' }] },
  'snapshot-compare': {
    verdict: 'pass',
    measurements: [{ id: 'differences', value: 0, unit: 'differences', limit: { comparison: '==', value: 0 } }],
  },
  'deploy-preview': { verdict: 'pass', exhibits: [topology([true, true])] },
};

const drift: GateStory = {
  verdict: 'fail',
  headline: '4 of 48 files differ',
  findings: Array.from({ length: 41 }, (_, index) =>
    finding(
      'snapshot-compare/value-added',
      'error',
      { actual: `{"rule":"response-slow","tick":${112 + index}}` },
      { file: 'out/snapshots/evaluations.json', pointer: `/${index % 8}/alerts/${index}` },
    ),
  ),
  exhibits: [
    {
      kind: 'table',
      title: 'Files that differ',
      columns: [{ name: 'file' }, { name: 'what' }, { name: 'differences', numeric: true }],
      rows: [
        ['evaluations.json', 'changed', 41],
        ['scores.txt', 'changed', 1],
      ],
    },
    {
      kind: 'diff',
      title: 'What differs: scores.txt',
      left: 'baseline/scores.txt',
      right: 'actual/scores.txt',
      lines: [
        { change: 'same', left: 1, right: 1, text: 'tick  score' },
        { change: 'removed', left: 2, text: '  112  0.9481' },
        { change: 'removed', left: 3, text: '  113  0.9490' },
        { change: 'added', right: 2, text: '  112  0.9482' },
        { change: 'gap', text: '' },
        { change: 'same', left: 40, right: 39, text: 'end' },
      ],
    },
    dashboard(),
  ],
};

/** Each gate's way of saying no. */
export const FAILING: Readonly<Record<GateId, GateStory>> = {
  'determinism-check': {
    verdict: 'fail',
    headline: '2 of 6 outputs differ: by the time',
    findings: ['manifest.json', 'report.txt'].map((name) =>
      finding(
        'determinism-check/differs-by-itself',
        'error',
        {
          output: `out/engine/${name}`,
          aspects: ['content'],
          left: '',
          right: '',
          causes: ['clock'],
          accepted: false,
          diverged: 1,
          comparisons: 1,
        },
        { file: `out/engine/${name}`, line: 8 },
      ),
    ),
    exhibits: [outputs(), runs(true)],
  },
  'slo-gate': {
    verdict: 'fail',
    headline: 'p(95) 412 ms, not < 300 ms; 9 of 10 objectives met',
    findings: [
      finding('slo-gate/objective-missed', 'error', {
        objective: 'http_req_duration: p(95)<300',
        source: 'load/k6.json',
        statistic: 'p(95)',
        value: 412,
        unit: 'ms',
        comparison: '<',
        limit: 300,
      }),
    ],
    exhibits: latency(340),
    measurements: [
      {
        id: 'http_req_duration: p(95)<300',
        value: 412,
        unit: 'ms',
        limit: { comparison: '<', value: 300 },
        interval: { low: 398, high: 431, confidence: 0.95 },
        samples: 28_130,
      },
      { id: 'checks', value: null, unit: '1', limit: { comparison: '>=', value: 0.99 } },
    ],
  },
  'telemetry-scan': {
    verdict: 'fail',
    headline: '50 high, 25 medium in 37 files',
    exhibits: values([
      { rule: 'card', severity: 'high', occurrences: 25, file: 'telemetry/api.otlp.jsonl', service: 'toron-api' },
      { rule: 'iban', severity: 'high', occurrences: 25, file: 'telemetry/api.otlp.jsonl', service: 'toron-api' },
      { rule: 'email', severity: 'medium', occurrences: 25, file: 'telemetry/web.otlp.jsonl', service: 'toron-web' },
    ]),
    findings: [
      ...(['card', 'iban'] as const).map((rule, index) =>
        finding(
          `telemetry-scan/${rule}`,
          'error',
          {
            rule,
            severity: 'high',
            score: 1,
            reasons: ['checksum', 'field'],
            encodings: [],
            length: 16 + index,
            occurrences: 25,
            field: 'payment',
            service: 'toron-api',
            fingerprint: `unstable:${index + 1}`,
          },
          { file: 'telemetry/api.otlp.jsonl', line: 4 + index },
        ),
      ),
      finding(
        'telemetry-scan/email',
        'warning',
        {
          rule: 'email',
          severity: 'medium',
          score: 1,
          reasons: ['shape'],
          encodings: [],
          length: 29,
          occurrences: 25,
          field: 'enduser.email',
          service: 'toron-web',
          fingerprint: 'unstable:3',
        },
        { file: 'telemetry/web.otlp.jsonl', line: 9 },
      ),
    ],
  },
  'snapshot-compare': drift,
  'deploy-preview': {
    verdict: 'fail',
    headline: '1/2 runners, 2/2 gateways ready',
    findings: [finding('deploy-preview/too-few-runners', 'error', { ready: 1, listed: 2, needed: 2 })],
    exhibits: [topology([true, false])],
  },
};

const CHECKLIST = document('readiness.yml', {
  version: 1,
  items: [
    {
      id: 'runbook',
      title: 'The runbook names who is on call',
      evidence: [{ kind: 'statement', by: 'Ada', on: '2026-11-20', link: 'https://toron.example/runbook' }],
    },
    {
      id: 'latency',
      title: 'Latency was measured for a week',
      evidence: [
        { kind: 'measurement', gate: 'slo-gate', id: 'requests', 'at-least': 1000 },
        { kind: 'gate', gate: 'slo-gate' },
      ],
    },
    { id: 'sbom', title: 'A bill of materials is attached', evidence: [{ kind: 'artifact', name: 'sbom.cdx.json' }] },
  ],
});

const WAIVERS = document('waivers.yml', {
  version: 1,
  waivers: [
    {
      rule: 'gate-passed',
      match: 'snapshot-compare',
      reason: 'The alert texts were reworded on purpose',
      owner: 'Grace',
      effectiveOn: '2026-11-20',
      effectiveUntil: '2026-12-01',
    },
    {
      rule: 'readiness',
      match: 'sbom',
      reason: 'The generator is being replaced',
      owner: 'Ada',
      effectiveOn: '2026-11-20',
      effectiveUntil: '2026-11-30',
    },
  ],
});

/** Strings that mean something to HTML, Markdown, a terminal, a workflow command or the eye. */
export const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'; } body { display:none } <!--",
  '</style><svg onload=alert(1)>',
  '</details></table>',
  '[x](javascript:alert(1)) ![y](https://evil.example/z.png)',
  '| a | b |\n|---|---|\n```\n# title',
  '\u001b[2J\u202egnp.exe\u2066 @octocat #1',
  '::error::stop %0A ##[error]x',
  'javascript:alert(1)',
] as const;

function hostileGate(seed: number): GateStory {
  const text = (index: number): string => HOSTILE[(seed + index) % HOSTILE.length] ?? '';
  const at = (index: number): string => text(index).slice(0, 60);
  return {
    verdict: 'fail',
    headline: text(0).slice(0, 80),
    checks: HOSTILE.map((id) => ({ id, verdict: 'fail' as const })),
    findings: HOSTILE.map((value, index) =>
      finding(
        'snapshot-compare/value-added',
        'error',
        { actual: value },
        { file: text(index), pointer: `/${text(index + 1)}`, member: [text(index + 2)] },
      ),
    ),
    measurements: HOSTILE.map((id, index) => ({ id, unit: at(index), value: index, limit: { comparison: '<' as const, value: 3 } })),
    exhibits: [
      { kind: 'table', title: text(1), columns: [{ name: text(2) }, { name: text(3) }], rows: [[text(4), text(5)]] },
      {
        kind: 'distribution',
        title: text(1),
        unit: text(2),
        buckets: [{ low: 0, high: 1, count: 2 }],
        markers: [{ label: text(3), value: 0.5, interval: { low: 0.4, high: 0.6 } }],
        limits: [{ label: text(4), value: 0.7 }],
      },
      {
        kind: 'percentiles',
        title: text(1),
        unit: text(2),
        points: [
          { rank: 0, value: 1 },
          { rank: 99, value: 3 },
        ],
        limits: [{ label: text(3), rank: 99, value: 2, verdict: 'fail' }],
      },
      {
        kind: 'series',
        title: text(1),
        unit: text(2),
        overTime: false,
        points: [
          { at: 0, value: 1 },
          { at: 1, value: 2 },
        ],
        limit: 1,
        spans: [{ label: text(3), from: 0.2, to: 0.4 }],
      },
      {
        kind: 'bars',
        title: text(1),
        unit: text(2),
        parts: [{ name: text(3), tone: 'fail' }],
        rows: [{ name: text(4), values: [2], verdict: 'fail', note: text(5) }],
        limit: 3,
      },
      { kind: 'calendar', title: text(1), days: [{ day: '2026-11-22', verdict: 'fail', note: text(2) }] },
      { kind: 'grid', title: text(1), columns: [text(2)], rows: [{ name: text(3), cells: [{ verdict: 'fail', note: text(4) }] }] },
      {
        kind: 'diff',
        title: text(1),
        left: text(2),
        right: text(3),
        lines: [
          { change: 'removed', left: 1, text: text(4) },
          { change: 'added', right: 1, text: text(5) },
          { change: 'gap', text: text(6) },
        ],
      },
      { kind: 'pictures', title: text(1), pictures: [{ label: text(2), pngBase64: picture([]) }] },
      { kind: 'topology', title: text(1), groups: [{ name: text(2), needed: 1, parts: [{ id: text(3), ready: false }] }] },
    ],
  };
}

const many = (number: number): GateStory => ({
  verdict: 'fail',
  headline: `${number} values in 37 files`,
  exhibits: values(
    Array.from({ length: number }, (_, index) => ({
      rule: ['email', 'card', 'iban', 'jwt'][index % 4] ?? '',
      severity: index % 4 === 0 ? 'medium' : 'high',
      occurrences: 1 + (index % 7),
      file: `telemetry/part-${index % 37}.jsonl`,
      service: `service-${index % 25}`,
    })),
  ),
  findings: Array.from({ length: number }, (_, index) =>
    finding(
      `telemetry-scan/${['email', 'card', 'iban', 'jwt'][index % 4]}`,
      index % 4 === 0 ? 'warning' : 'error',
      {
        rule: ['email', 'card', 'iban', 'jwt'][index % 4] ?? '',
        severity: index % 4 === 0 ? 'medium' : 'high',
        score: 1,
        reasons: ['checksum'],
        encodings: [],
        length: 20,
        occurrences: 1 + (index % 7),
        field: `field.${index % 90}`,
        service: `service-${index % 25}`,
        fingerprint: `unstable:${index + 1}`,
      },
      { file: `telemetry/part-${index % 37}.jsonl`, line: index + 1 },
    ),
  ),
});

/** The situations that every renderer is tested with, by name. */
const SITUATIONS = {
  go: () => tell(withGates({}), { version: '2.5.0-beta.1', checklist: undefined }),
  conditional: () => tell(withGates({ 'snapshot-compare': drift }), { checklist: CHECKLIST, waivers: WAIVERS }),
  'no-go': () => tell(withGates(FAILING), { checklist: CHECKLIST }),
  inconclusive: () =>
    tell(
      withGates({
        'slo-gate': {
          verdict: 'inconclusive',
          headline: 'load/*.json matches nothing',
          findings: [finding('slo-gate/no-results', 'error', { pattern: 'load/*.json' })],
        },
      }),
    ),
  missing: () => {
    const { 'telemetry-scan': _left, ...rest } = withGates({});
    return tell(rest);
  },
  person: () =>
    tell(withGates({}), {
      person: { by: 'Grace', decision: 'no-go', reason: 'The on-call rota has a hole on Friday', at: '2026-11-22T11:58:00Z' },
      dirty: true,
    }),
  many: () => tell(withGates({ 'telemetry-scan': many(10_000) })),
  hostile: () =>
    tell(Object.fromEntries(GATE_IDS.map((gate, index) => [gate, hostileGate(index * 2)])), {
      repository: 'toron/toron',
      artifacts: HOSTILE.map((name, index) => ({ name, sha256: 'a'.repeat(64), url: HOSTILE[(index + 9) % HOSTILE.length] ?? '' })),
      person: { by: HOSTILE[0], decision: 'no-go', reason: HOSTILE[1], at: '2026-11-22T11:58:00Z', link: HOSTILE[9] },
    }),
} as const satisfies Readonly<Record<string, () => Story>>;

/** The same, each told once: a decision on 10,000 findings takes seconds. */
export const STORIES = Object.fromEntries(
  Object.entries(SITUATIONS).map(([name, story]) => {
    let told: Story | undefined;
    return [
      name,
      () => {
        told ??= story();
        return told;
      },
    ];
  }),
) as Readonly<Record<keyof typeof SITUATIONS, () => Story>>;
