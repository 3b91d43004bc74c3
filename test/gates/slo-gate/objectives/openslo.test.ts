import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { objectivesOf, parseOpenSlo } from '../../../../src/gates/slo-gate/objectives/openslo.ts';
import { readYamlEntries } from '../../../../src/gates/slo-gate/objectives/yaml-file.ts';
import { itWithSharedData, readShared, sharedPath } from '../shared-data.ts';

const parse = (text: string, file = 'slo.yaml') => readYamlEntries(text, file).map(parseOpenSlo);

describe('OpenSLO v1', () => {
  it.each(['SLI', 'AlertPolicy', 'AlertCondition'])('refuses a second %s of one name, in whichever file', (kind) => {
    const specs: Record<string, string> = {
      SLI: '{ thresholdMetric: { metricSource: { spec: { metric: m } } } }',
      AlertPolicy: '{ conditions: [{ conditionRef: c }], notificationTargets: [{ targetRef: t }] }',
      AlertCondition: '{ severity: page, condition: { op: gte, threshold: 2, lookbackWindow: 1h } }',
    };
    const one = `apiVersion: openslo/v1\nkind: ${kind}\nmetadata: { name: x }\nspec: ${specs[kind]}`;
    expect(() => objectivesOf([...parse(one, 'a.yaml'), ...parse(one, 'b.yaml')])).toThrow(`a second ${kind} x`);
  });

  itWithSharedData("accepts and refuses what OpenSLO's own schema tests do", () => {
    const cases = JSON.parse(readShared('slo/OpenSLO+OpenSLO/derived/schema_expectations.json')) as { file: string; valid: boolean }[];
    expect(cases.length).toBeGreaterThanOrEqual(38);
    const verdicts = cases.map(({ file, valid }) => {
      try {
        parse(readShared(`slo/OpenSLO+OpenSLO/${file}`), file);
        return { file, valid, said: true };
      } catch (error) {
        // A refusal says where and which field.
        expect((error as Error).message).toMatch(new RegExp(`^${file}:\\d+\\n {2}found: +\\w[\\w.]*: .+`));
        return { file, valid, said: false };
      }
    });
    expect(verdicts.filter(({ valid, said }) => valid !== said)).toEqual([]);
  });

  itWithSharedData("parses OpenSLO's own examples and those of its Go SDK", () => {
    const examples = 'slo/OpenSLO+OpenSLO@HEAD/examples';
    const files = [
      `${examples}/treat-low-traffic-as-equally-important/timeslices-slo.yaml`,
      ...['ratio-timeslices', 'occurences-slo', 'timeslices-slo'].map((name) => `${examples}/budgeting-method/${name}.yaml`),
      ...readdirSync(sharedPath('slo/OpenSLO+go-sdk/pkg/openslo/v1/examples')).map(
        (name) => `slo/OpenSLO+go-sdk/pkg/openslo/v1/examples/${name}`,
      ),
      ...[
        'single_object.yaml',
        'sequence_of_objects.yaml',
        'sequence_of_objects.json',
        'two_documents.yaml',
        'single_object.json',
        'v1_slos.yaml',
      ].map((name) => `slo/OpenSLO+go-sdk/pkg/openslosdk/test_data/decode/${name}`),
      'slo/OpenSLO+go-sdk/pkg/openslosdk/test_data/inline/inputs/v1_slo.yaml',
      'slo/OpenSLO+go-sdk/pkg/openslosdk/test_data/inline/outputs/v1_slo.yaml',
    ];
    expect(files.length).toBe(19);
    for (const file of files) expect(parse(readShared(file), file).length).toBeGreaterThan(0);
  });

  itWithSharedData('refuses an indicator that no file has, as the Go SDK does', () => {
    const file = 'slo/OpenSLO+go-sdk/pkg/openslosdk/test_data/inline/inputs/v1_slo_invalid_sli.yaml';
    expect(() => objectivesOf(parse(readShared(file), file))).toThrow(/:\d+\n {2}found: +spec\.indicatorRef: indicatorRef no-sli/);
  });

  itWithSharedData('takes an indicator by reference from another document', () => {
    const file = 'slo/OpenSLO+go-sdk/pkg/openslosdk/test_data/inline/inputs/v1_slo.yaml';
    const asks = objectivesOf(parse(readShared(file), file)).map(({ id, ask }) => [
      id,
      ask.kind === 'slices' && ask.of.kind === 'share' && ask.of.metric.metric,
    ]);
    const query = expect.stringContaining('kafka_consumergroup_lag');
    expect(asks).toEqual([
      ['my-slo-1', query],
      ['my-slo-2', query],
    ]);
  });

  it.each([
    [
      'openslo/v1alpha',
      'apiVersion: openslo/v1alpha\nkind: SLO\nmetadata: {name: a}\nspec: {}\n',
      /slo\.yaml:1\n {2}found: +apiVersion: apiVersion "openslo\/v1alpha"/,
    ],
    ['a key twice', 'apiVersion: openslo/v1\nkind: SLO\nkind: SLI\n', /slo\.yaml:3:1\n {2}found: +Map keys must be unique/],
    ['broken YAML', 'apiVersion: openslo/v1\nkind: [SLO\nmetadata: {}\n', /slo\.yaml:\d+:\d+\n/],
    ['nothing', '\n# only a comment\n', /slo\.yaml\n {2}found: +a file without a document/],
    ['an empty file', '', /slo\.yaml\n {2}found: +an empty file/],
  ])('refuses %s with its line', (_name, text, message) => {
    expect(() => parse(text)).toThrow(message);
  });
});
