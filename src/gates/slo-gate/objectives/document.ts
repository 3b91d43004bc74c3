import { z } from 'zod';
import { openSloDocument } from './openslo-schema.ts';
import { shortForm } from './short-form.ts';

/** The documents of all files with objectives, as the comparison with an earlier beta reads them. */
export const objectivesDocument = z
  .array(z.union([openSloDocument, shortForm]).meta({ variantKey: 'apiVersion' }))
  .meta({ direction: 'more', identity: ['kind', 'metadata.name'] });
