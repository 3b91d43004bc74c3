// Loaded into a process under test: what it sends to Sigstore goes to the mock on loopback. Nothing in what ships knows of it.
import http from 'node:http';
import https from 'node:https';

const HOSTS = /^(fulcio|rekor)\.sigstore\.dev$|^(fulcio|timestamp)\.githubapp\.com$/;
const mock = new URL(process.env.TESTOPS_TEST_SIGSTORE ?? 'http://127.0.0.1:9');
const real = https.request;
https.request = (...args) => {
  const options = args.find((argument) => typeof argument === 'object' && !(argument instanceof URL)) ?? {};
  const url = args[0] instanceof URL || typeof args[0] === 'string' ? new URL(args[0]) : undefined;
  const host = url?.hostname ?? options.hostname ?? options.host ?? '';
  if (!HOSTS.test(host)) return real(...args);
  const { agent: _agent, ...rest } = options;
  const callback = args.find((argument) => typeof argument === 'function');
  return http.request(
    {
      ...rest,
      protocol: 'http:',
      host: mock.hostname,
      hostname: mock.hostname,
      port: mock.port,
      path: url ? url.pathname : rest.path,
      headers: { ...rest.headers, 'x-meant-for': host },
    },
    callback,
  );
};
