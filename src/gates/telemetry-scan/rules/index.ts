import { assignedSecret } from './assigned-secret.ts';
import { bankRouting } from './bank-routing.ts';
import { card } from './card.ts';
import { cookie } from './cookie.ts';
import { coordinates } from './coordinates.ts';
import { cryptoWallet } from './crypto-wallet.ts';
import { dateOfBirth } from './date-of-birth.ts';
import { drivingLicence } from './driving-licence.ts';
import { email } from './email.ts';
import { httpCredentials } from './http-credentials.ts';
import { iban } from './iban.ts';
import { ipAddress } from './ip-address.ts';
import { jwt } from './jwt.ts';
import { macAddress } from './mac-address.ts';
import { namedKeys } from './named-key.ts';
import { nationalIdentifiers } from './national/index.ts';
import { passport } from './passport.ts';
import { passwordHash } from './password-hash.ts';
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
  cookie,
  passwordHash,
  assignedSecret,
  card,
  iban,
  usSsn,
  bankRouting,
  ...nationalIdentifiers,
  passport,
  drivingLicence,
  email,
  cryptoWallet,
  coordinates,
  dateOfBirth,
  macAddress,
  ipAddress,
  phone,
];
