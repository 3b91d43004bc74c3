import type { Action } from './main.ts'; export const publishForkComment: Action = async () => { throw new Error('pending'); };
