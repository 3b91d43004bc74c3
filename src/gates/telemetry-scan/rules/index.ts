import { assignedSecret } from './assigned-secret.ts';
import { card } from './card.ts';
import { email } from './email.ts';
import { httpCredentials } from './http-credentials.ts';
import { iban } from './iban.ts';
import { ipAddress } from './ip-address.ts';
import { jwt } from './jwt.ts';
import { namedKeys } from './named-key.ts';
import { phone } from './phone.ts';
import { privateKey } from './private-key.ts';
import { providerTokens } from './provider-token.ts';
import type { Rule } from './rule.ts';
import { urlCredentials } from './url-credentials.ts';
import { usSsn } from './us-ssn.ts';

/**
 * The default rule set. Where two rules claim the same bytes with the same severity and score, the earlier one wins, so what is more particular
 * comes first.
 */
export const DEFAULT_RULES: readonly Rule[] = [
  privateKey,
  ...providerTokens,
  jwt,
  urlCredentials,
  ...namedKeys,
  httpCredentials,
  assignedSecret,
  card,
  iban,
  usSsn,
  email,
  ipAddress,
  phone,
];
