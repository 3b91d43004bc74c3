import { createPrivateKey, createSign } from 'node:crypto';
import { createEmulator, type EmulatorOptions } from 'emulate';
import { ACTIONS_APP_ID, type Json } from './objects.ts';
import type { Permission, TokenPermissions } from './permissions.ts';

/** The emulator with a repository owner, the GitHub Actions app installed, and tokens of both. */
export interface GithubEmulator {
  readonly url: string;
  readonly ownerToken: string;
  /** A token of the GitHub Actions app, as `GITHUB_TOKEN` is one. */
  issueToken(permissions: TokenPermissions): Promise<string>;
  /** Asks with the owner's token. */
  ask(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly body: unknown }>;
  close(): Promise<void>;
}

export const ALL_PERMISSIONS: readonly Permission[] = [
  'actions',
  'administration',
  'attestations',
  'checks',
  'contents',
  'deployments',
  'issues',
  'pull-requests',
  'security-events',
  'statuses',
];

const OWNER_TOKEN = 'owner-token-of-the-emulator';
const INSTALLATION_ID = 1;

/** Starts emulate on a free loopback port. Repositories are `owner/name`, all of one owner, and empty. */
export async function startEmulator(repositories: readonly string[], isPrivate: boolean): Promise<GithubEmulator> {
  const [owner = ''] = (repositories[0] ?? '').split('/');
  const permissions = Object.fromEntries(ALL_PERMISSIONS.map((name) => [toAppPermission(name), 'write']));
  const seeded: EmulatorOptions = {
    service: 'github',
    port: 0,
    seed: {
      tokens: { [OWNER_TOKEN]: { login: owner, scopes: ['repo', 'user'] } },
      github: {
        users: [{ login: owner, name: owner, email: `${owner}@example.test` }],
        repos: repositories.map((name) => ({
          owner: name.split('/')[0] ?? '',
          name: name.split('/')[1] ?? '',
          private: isPrivate,
          auto_init: false,
        })),
        apps: [
          {
            app_id: ACTIONS_APP_ID,
            slug: 'github-actions',
            name: 'GitHub Actions',
            permissions,
            installations: [{ installation_id: INSTALLATION_ID, account: owner, permissions }],
          },
        ],
      },
    },
  };
  const emulator = await createEmulator(seeded);
  const ask: GithubEmulator['ask'] = async (method, path, body) => send(emulator.url, OWNER_TOKEN, method, path, body);
  return {
    url: emulator.url,
    ownerToken: OWNER_TOKEN,
    ask,
    issueToken: async (wanted) => {
      const key = emulator.generatedSecrets.find((secret) => secret.kind === 'github.app_private_key')?.value ?? '';
      const answer = await send(emulator.url, signAppToken(key), 'POST', `/app/installations/${INSTALLATION_ID}/access_tokens`, {
        permissions: Object.fromEntries(Object.entries(wanted).map(([name, access]) => [toAppPermission(name), access])),
      });
      const token = (answer.body as Json).token;
      if (typeof token !== 'string') throw new Error(`no installation token: ${JSON.stringify(answer)}`);
      return token;
    },
    close: () => emulator.close(),
  };
}

/** An app's own JWT (RS256, ten minutes). */
function signAppToken(privateKeyPem: string): string {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const parts = [
    { alg: 'RS256', typ: 'JWT' },
    { iat: nowSeconds - 60, exp: nowSeconds + 600, iss: ACTIONS_APP_ID },
  ];
  const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(createPrivateKey(privateKeyPem), 'base64url')}`;
}

/** Apps say `pull_requests` where workflows say `pull-requests`. */
function toAppPermission(name: string): string {
  return name.replaceAll('-', '_');
}

async function send(
  url: string,
  token: string,
  method: string,
  path: string,
  body: unknown,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
}
