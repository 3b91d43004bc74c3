import { notApplied, type Variation } from './variation.ts';

export const OTHER_HOST = 'testops-other-host';
export const OTHER_DOMAIN = 'testops-other-domain.example';

/** Another host and domain name, in a namespace of its own. */
export const domainHost: Variation = {
  id: 'domain-host',
  prepare: async ({ find, namespaces, probe }) => {
    if (namespaces.unshare === undefined) return notApplied('domain-host', { kind: 'no-tool', tool: 'unshare' });
    if (namespaces.uts === undefined) return notApplied('domain-host', { kind: 'not-permitted', what: 'unshare --uts' });
    if ((await find('hostname')) === undefined) return notApplied('domain-host', { kind: 'no-tool', tool: 'hostname' });
    const [open = '', ...rest] = namespaces.uts;
    const tried = await probe([open, ...rest, 'hostname', OTHER_HOST]);
    if (tried.exitCode !== 0) return notApplied('domain-host', { kind: 'not-permitted', what: 'another host name' });
    return {
      id: 'domain-host',
      applied: true,
      setting: `host ${OTHER_HOST}`,
      atoms: [{ change: { hostName: { host: OTHER_HOST, domain: OTHER_DOMAIN } } }],
    };
  },
};
