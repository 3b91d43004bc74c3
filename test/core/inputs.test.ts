import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { flagsOf } from '../../src/cli/flags.ts';
import { commonInputs, declareInputs, directionsOf, inputsOfRole, listInputs } from '../../src/core/index.ts';
import { inputs as decisionInputs } from '../../src/decision/index.ts';
import { gates } from '../../src/gates/index.ts';
import { directionsTable } from '../../src/suite/configuration/directions.ts';

const schemas = [
  ...gates.map(({ id, inputs }) => [id, inputs] as const),
  ['decision-record', decisionInputs] as const,
  ['every action', commonInputs] as const,
];

describe('declared inputs', () => {
  it.each(schemas)('every input of %s has a direction, also inside of structured values', (name, inputs) => {
    for (const [input, type] of Object.entries(inputs.shape)) directionsOf(type as z.ZodType, `${name}.${input}`);
  });

  it('every key of every document has a direction', () => expect(() => directionsTable()).not.toThrow());

  it('a value without a direction is refused', () => {
    expect(() => directionsOf(z.strictObject({ a: z.array(z.strictObject({ b: z.number() })) }), 'x')).toThrow('x.a: no direction');
    expect(() => directionsOf(z.strictObject({ a: z.strictObject({ b: z.number() }) }), 'x')).toThrow('x.a.b: no direction');
  });

  it('directions that change nothing say why', () => {
    const reasons: string[] = [];
    JSON.stringify(directionsTable(), (key, value) => {
      if (key === 'none') reasons.push(String(value));
      return value as unknown;
    });
    expect(reasons.length).toBeGreaterThan(20);
    expect(reasons.filter((reason) => reason.length < 8)).toEqual([]);
  });

  it('have the roles that others rely on', () => {
    const of = (role: 'measured' | 'limits' | 'execution') =>
      Object.fromEntries(schemas.map(([name, inputs]) => [name, inputsOfRole(inputs, role)]).filter(([, names]) => names?.length));
    expect(of('measured')).toEqual({
      'determinism-check': ['manifests'],
      'slo-gate': ['results'],
      'telemetry-scan': ['paths'],
      'snapshot-compare': ['actual'],
    });
    expect(of('limits')).toEqual({
      'slo-gate': ['objectives'],
      'telemetry-scan': ['rules'],
      'snapshot-compare': ['rules'],
      'decision-record': ['policy', 'checklist'],
    });
    expect(of('execution')).toEqual({
      'determinism-check': ['manifest', 'part', 'merge-parts'],
      'telemetry-scan': ['shard', 'part-dir', 'parts', 'merge-parts', 'cache-file'],
    });
  });

  it('an address is a text, so that it is a flag and an input of the action', () => {
    const [input] = listInputs(declareInputs({ url: z.url().optional().describe('An address') }));
    expect(input).toMatchObject({ kind: 'text', required: false });
  });

  it('the addresses of slo-gate are flags', () => {
    const slo = gates.find(({ id }) => id === 'slo-gate');
    const flags = flagsOf(listInputs((slo as (typeof gates)[number]).inputs)).map(({ name }) => name);
    expect(flags).toEqual(expect.arrayContaining(['url', 'prometheus-url']));
  });

  it('a schema that no kind is known for is refused, unless it is for the file only', () => {
    expect(() => listInputs(declareInputs({ at: z.date().describe('A date') }))).toThrow('input at');
    expect(() => listInputs(declareInputs({ map: z.record(z.string(), z.string()).describe('A map') }))).toThrow('input map');
    expect(listInputs(declareInputs({ map: z.record(z.string(), z.string()).describe('A map').meta({ fileOnly: true }) }))[0]?.kind).toBe(
      'structured',
    );
  });
});
