import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseExpression, parseThresholdLine } from '../../../../src/gates/slo-gate/objectives/k6-threshold.ts';
import { selectorText } from '../../../../src/gates/slo-gate/objectives/selector.ts';

describe('k6 thresholds', () => {
  // Expressions and metrics of k6's documentation and of its own test of the grammar (metrics/thresholds_parser_test.go).
  it.each([
    ['p(95)<300', { name: 'p', rank: 95 }, '<', 300],
    ['p(99.9) < 400', { name: 'p', rank: 99.9 }, '<', 400],
    ['avg>=0.5', { name: 'avg' }, '>=', 0.5],
    ['rate==1', { name: 'rate' }, '==', 1],
    ['rate===1', { name: 'rate' }, '==', 1],
    ['count!=0', { name: 'count' }, '!=', 0],
    [' value > 1000.01 ', { name: 'value' }, '>', 1000.01],
    ['max<=.5', { name: 'max' }, '<=', 0.5],
    ['min>-1', { name: 'min' }, '>', -1],
    ['med<200', { name: 'med' }, '<', 200],
  ])('%s', (text, statistic, comparison, value) => {
    expect(parseExpression(text)).toMatchObject({ statistic, limit: { comparison, value } });
  });

  it.each(['', 'p95<300', 'p(95)', 'p(95)<', 'p(101)<1', 'p(-1)<1', 'avg=<1', 'avg<1s', 'rate<0.01;', 'p(95)<300 && avg<1', 'total<1'])(
    'refuses %p',
    (text) => {
      expect(parseExpression(text)).toHaveProperty('expected');
    },
  );

  it.each([
    ['http_req_duration: p(95)<300, avg<100', 'http_req_duration', ['p(95)<300', 'avg<100']],
    ['http_req_duration{name:cart}: [\'p(95)<300\', "p(99)<500"]', 'http_req_duration{name:cart}', ['p(95)<300', 'p(99)<500']],
    ["'http_req_duration{status:200, name:http://x/y?a=b}': avg<1", 'http_req_duration{name:http://x/y?a=b,status:200}', ['avg<1']],
    ['http_req_failed{expected_response:true}:rate<0.1', 'http_req_failed{expected_response:true}', ['rate<0.1']],
    ['my metric: value>1', 'my metric', ['value>1']],
  ])('%s', (line, metric, expressions) => {
    const parsed = parseThresholdLine(line);
    if ('found' in parsed) throw new Error(parsed.expected);
    expect(selectorText(parsed.metric)).toBe(metric);
    expect(parsed.expressions.map((one) => one.text)).toEqual(expressions);
  });

  it.each(['http_req_duration', ': p(95)<1', 'a{b}: avg<1', 'a{b:}: avg<1', 'a:', 'a: ,', 'a: []'])('refuses the line %p', (line) => {
    expect(parseThresholdLine(line)).toHaveProperty('found');
  });

  it('reads back what it writes', () => {
    const statistic = fc.oneof(
      fc.constantFrom('avg', 'min', 'max', 'med', 'count', 'rate', 'value'),
      fc.integer({ min: 0, max: 100 }).map((p) => `p(${p})`),
    );
    const operator = fc.constantFrom('<', '<=', '>', '>=', '==', '!=');
    const number = fc.double({ noNaN: true, min: -1e6, max: 1e6 }).map((value) => Number(value.toFixed(6)) + 0);
    fc.assert(
      fc.property(statistic, operator, number, (name, op, value) => {
        fc.pre(!/e/.test(String(value)));
        expect(parseExpression(`${name} ${op} ${value}`)).toMatchObject({ text: `${name}${op}${value}`, limit: { comparison: op, value } });
      }),
    );
  });
});
