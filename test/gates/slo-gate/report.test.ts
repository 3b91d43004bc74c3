import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { runWith } from './run-gate.ts';

const report = {
  id: 'load-000001',
  status: 'completed',
  startedAt: '2026-11-20T09:30:10.000Z',
  finishedAt: '2026-11-20T09:30:18.000Z',
  durationMs: 8000,
  requests: 6200,
  failures: 31,
  metrics: [
    {
      name: 'http_req_duration',
      type: 'trend',
      unit: 's',
      count: 6200,
      min: 0.001,
      max: 0.148,
      mean: 0.0049,
      percentiles: { '50': 0.0038, '95': 0.0114, '99.9': 0.1 },
    },
    { name: 'idle', type: 'trend', unit: 'ms', count: 0 },
  ],
  faults: [{ kind: 'runner-kill', target: 'runner-1', injectedAt: '2026-11-20T09:30:12.500Z', recoveredAt: null }],
};

async function judgeReport(listener: RequestListener, thresholds: readonly string[], wait = 0) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return await runWith({}, { url, 'report-id': 'load-000001', 'report-wait-seconds': wait, thresholds });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const answer =
  (status: number, body: unknown, type = 'application/json'): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': type });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

describe('a report of a TestOps service', () => {
  it('is read by its id; seconds become milliseconds, failures a rate', async () => {
    const asked: (string | undefined)[] = [];
    const listener: RequestListener = (request, response) => {
      asked.push(request.url);
      answer(200, report)(request, response);
    };
    const { judgement, facts } = await judgeReport(listener, [
      'http_req_duration: p(95)<12, p(99.9)<=100',
      'http_req_failed: rate<=0.005',
      'http_reqs: count==6200, rate==775',
      'idle: avg<1',
    ]);
    expect(asked).toEqual(['/v1/reports/load-000001']);
    expect(judgement.checks.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['http_req_duration: p(95)<12', 'pass'],
      ['http_req_duration: p(99.9)<=100', 'pass'],
      ['http_req_failed: rate<=0.005', 'pass'],
      ['http_reqs: count==6200', 'pass'],
      ['http_reqs: rate==775', 'pass'],
      ['idle: avg<1', 'inconclusive'],
    ]);
    expect(facts.sources[0]).toMatchObject({ label: 'report load-000001', format: 'testops-report' });
  });

  it('is waited for while the run goes on', async () => {
    let calls = 0;
    const listener: RequestListener = (request, response) => {
      calls += 1;
      answer(200, calls < 2 ? { ...report, status: 'running', finishedAt: null } : report)(request, response);
    };
    const { judgement } = await judgeReport(listener, ['http_req_duration: p(95)<12'], 5);
    expect([calls, judgement.verdict]).toEqual([2, 'pass']);
  });

  it.each([
    ['running', answer(200, { ...report, status: 'running', finishedAt: null }), 'slo-gate/report-unfinished'],
    ['failed', answer(200, { ...report, status: 'failed' }), 'slo-gate/run-failed'],
    ['unknown', answer(404, { title: 'no such report' }), 'slo-gate/report-unavailable'],
    ['a server error', answer(500, 'oh'), 'slo-gate/report-unavailable'],
    ['HTML', answer(200, '<html>sign in</html>', 'text/html'), 'slo-gate/report-unavailable'],
    ['of another shape', answer(200, { ...report, metrics: 'none' }), 'slo-gate/report-unavailable'],
    ['cut off', (_q, response) => response.destroy(), 'slo-gate/report-unavailable'],
  ] as readonly [string, RequestListener, string][])('that is %s is inconclusive', async (_name, listener, code) => {
    const { judgement } = await judgeReport(listener, ['http_req_duration: p(95)<12']);
    expect([judgement.verdict, judgement.findings.map((finding) => finding.code)]).toEqual(['inconclusive', [code]]);
  });

  it('of a service that refuses connections is inconclusive', async () => {
    const { judgement } = await runWith({}, { url: 'http://127.0.0.1:9', 'report-id': 'a', thresholds: ['http_reqs: count>1'] });
    expect(judgement.findings.map((finding) => finding.code)).toEqual(['slo-gate/report-unavailable']);
  });
});
