import { timingSafeEqual } from 'node:crypto';
import { ENGINE_VERSION } from '../engine/rules.mjs';
import { checkDeployRequest, Problem, readJson, sendJson } from './http.mjs';
import { makePrivateData } from './private-data.mjs';
import { isReady } from './supervisor.mjs';
import { hexId, openAccessLog, traceIdOf } from './telemetry.mjs';

/**
 * The TestOps API of src/testops-api/openapi.yaml, the endpoint that load is put on, and a few for whoever runs this example (/v1/admin).
 * @param {{ supervisor: any, dispatcher: any, reports: any, log: any, baseUrl: string, fault: string | null, token: string | undefined }} parts
 * @returns {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => void}
 */
export function createApi({ supervisor, dispatcher, reports, log, baseUrl, fault, token }) {
  const logAccess = openAccessLog();
  let deployments = 0;
  let deployed = null;
  let evaluations = 0;

  const routes = [
    ['POST', /^\/v1\/deploy\/preview$/, '/v1/deploy/preview', deploy],
    ['GET', /^\/v1\/health$/, '/v1/health', () => [200, health()]],
    ['GET', /^\/v1\/reports\/([^/]+)$/, '/v1/reports/{id}', ({ id }) => [200, reportOf(id)]],
    ['GET', /^\/v1\/evaluate$/, '/v1/evaluate', evaluate],
    ['POST', /^\/v1\/admin\/load-runs$/, '/v1/admin/load-runs', () => [201, { id: reports.begin() }]],
    [
      'POST',
      /^\/v1\/admin\/load-runs\/([^/]+)\/finish$/,
      '/v1/admin/load-runs/{id}/finish',
      ({ id }) => [200, reports.finish(id) && reportOf(id)],
    ],
    ['POST', /^\/v1\/admin\/faults$/, '/v1/admin/faults', injectFault],
    ['GET', /^\/v1\/admin\/processes$/, '/v1/admin/processes', () => [200, processes()]],
  ];

  async function deploy({ request }) {
    const wanted = checkDeployRequest(await readJson(request));
    if (deployed === null || JSON.stringify(deployed.wanted) !== JSON.stringify(wanted)) {
      deployments += 1;
      const answer = { id: `dep-${String(deployments).padStart(6, '0')}`, url: baseUrl, ...wanted, startedAt: new Date().toISOString() };
      deployed = { wanted, answer };
      supervisor.configure({ commit: wanted.commit, flags: wanted.flags });
      log.write('INFO', 'preview deployed', { 'toron.deployment': answer.id, 'toron.flags': Object.keys(wanted.flags).length });
    }
    return [202, deployed.answer, { location: '/v1/health' }];
  }

  function health() {
    const of = (kind) => supervisor.replicas.filter((replica) => replica.kind === kind);
    // A replica that has not confirmed the preview's commit yet serves another one: it is not ready for this preview.
    const serves = (replica) => isReady(replica) && (deployed === null || replica.commit === deployed.wanted.commit);
    const runners = of('runner').map((replica) => ({
      id: replica.id,
      ready: serves(replica),
      ...(replica.version === undefined ? {} : { version: replica.version }),
    }));
    const gateways = of('gateway').map((replica) => ({
      id: replica.id,
      ready: serves(replica),
      kind: 'sse',
      ...(replica.port === null ? {} : { url: `http://127.0.0.1:${replica.port}/v1/alerts` }),
    }));
    const working = runners.some((runner) => runner.ready);
    const whole = [...runners, ...gateways].every((replica) => replica.ready);
    // A commit stands here only once every ready replica has confirmed it.
    const confirmed =
      deployed !== null && supervisor.replicas.every((replica) => !isReady(replica) || replica.commit === deployed.wanted.commit);
    return {
      status: whole ? 'ready' : working ? 'degraded' : 'down',
      engine: { ready: working, version: ENGINE_VERSION },
      runners,
      gateways,
      ...(confirmed ? { commit: deployed.wanted.commit, flags: deployed.wanted.flags } : {}),
    };
  }

  function reportOf(id) {
    return reports.describe(id) ?? fail(404, 'No report has this id.');
  }

  async function evaluate({ url, traceId }) {
    const text = url.searchParams.get('seed') ?? '';
    if (!/^\d{1,9}$/.test(text)) fail(400, 'seed must be a whole number of at most nine digits.');
    const startedAt = performance.now();
    const { body, attempts } = await dispatcher.evaluate(Number(text), `00-${traceId}-${hexId(8)}-01`);
    reports.record({ durationMs: performance.now() - startedAt, failed: body === null, attempts });
    if (body === null) fail(503, 'No runner answered.');
    for (const alert of body.alerts)
      if (alert.severity === 'page') supervisor.publish({ seed: body.seed, rule: alert.rule, severity: alert.severity, tick: alert.tick });
    const careless = fault === 'pii' && evaluations % 100 === 0 ? makePrivateData() : {};
    evaluations += 1;
    log.write(
      'INFO',
      'evaluation served',
      { 'toron.seed': body.seed, 'toron.served_by': body.servedBy, 'toron.attempts': attempts, ...careless },
      traceId,
    );
    return [200, body];
  }

  async function injectFault({ request }) {
    const { kind, target } = await readJson(request);
    const replica = supervisor.replicas.find((candidate) => candidate.id === target && kind === `${candidate.kind}-kill`);
    if (replica === undefined) fail(422, 'Expected {kind: "runner-kill" | "gateway-kill", target: the id of such a replica}.');
    if (!isReady(replica)) fail(409, `${target} is not ready: killing it would show nothing.`);
    const { recover } = reports.injected({ kind, target });
    const stopWatching = supervisor.onReady((recovered) => {
      if (recovered !== replica) return;
      recover();
      stopWatching();
    });
    const pid = supervisor.kill(replica);
    log.write('WARN', 'fault injected', { 'toron.fault': kind, 'toron.replica': target });
    return [202, { kind, target, pid }];
  }

  function processes() {
    const listed = supervisor.replicas.map((replica) => ({
      id: replica.id,
      pid: replica.child?.pid ?? null,
      restarts: replica.restarts,
      ready: isReady(replica),
    }));
    return { supervisor: process.pid, replicas: listed };
  }

  async function answer(request, response) {
    const startedAt = performance.now();
    const url = new URL(request.url, baseUrl);
    const traceId = traceIdOf(request.headers.traceparent);
    let route = 'unknown';
    let sent;
    try {
      const found = routes.find(([method, pattern]) => method === request.method && pattern.test(url.pathname));
      if (found === undefined) fail(404, 'There is nothing at this address.');
      const [, pattern, name, handle] = found;
      route = name;
      if (token !== undefined && route !== '/v1/evaluate' && !hasToken(request, token)) fail(401, 'This service asks for a bearer token.');
      const [status, body, headers] = await handle({ request, url, traceId, id: pattern.exec(url.pathname)[1] });
      sent = { status, bytes: sendJson(response, status, body, headers) };
    } catch (error) {
      if (!(error instanceof Problem))
        log.write('ERROR', 'request failed', { 'http.route': route, 'exception.message': error.message }, traceId);
      const problem = error instanceof Problem ? error : new Problem(500, 'Something broke inside.');
      sent = {
        status: problem.status,
        bytes: sendJson(response, problem.status, problem.body, problem.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      };
    }
    const method = /^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/.test(request.method) ? request.method : 'OTHER';
    logAccess({ method, route, status: sent.status, durationMs: performance.now() - startedAt, bytes: sent.bytes, traceId });
  }

  return (request, response) => void answer(request, response);
}

function fail(status, detail) {
  throw new Problem(status, detail);
}

function hasToken(request, token) {
  const given = Buffer.from(request.headers.authorization ?? '');
  const expected = Buffer.from(`Bearer ${token}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
