import { z } from 'zod';
import { declareInputs, none } from '../../core/index.ts';

/** Inputs of deploy-preview. The commit is not one: what is deployed is what is checked out. */
export const inputs = declareInputs({
  url: z
    .string()
    .refine(isServiceAddress, 'expected http://HOST[:PORT][/PATH] or https://…, without user, password, query or fragment')
    .describe('Base address of the TestOps service')
    .meta({ direction: 'fixed' }),
  version: z
    .string()
    .min(1)
    .optional()
    .describe('Version that the commit is meant to become, sent along with the deployment')
    .meta(none('A label of the deployment')),
  'min-runners': z.number().int().min(1).default(2).describe('Runners that have to be ready').meta({ direction: 'higher' }),
  'min-gateways': z.number().int().min(0).default(2).describe('SSE gateways that have to be ready').meta({ direction: 'higher' }),
  flags: z
    .record(z.string().min(1), z.union([z.boolean(), z.string()]).meta({ direction: 'fixed' }))
    .default({})
    .describe('Feature flags of the preview, by name: true, false or a text')
    .meta({ fileOnly: true }),
  'deadline-seconds': z
    .number()
    .positive()
    .max(86_400)
    .default(120)
    .describe('How long the preview may take to become ready, in seconds')
    .meta({ direction: 'lower' }),
});
export type Inputs = z.infer<typeof inputs>;

function isServiceAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return (protocol === 'http:' || protocol === 'https:') && `${username}${password}${search}${hash}` === '';
}
