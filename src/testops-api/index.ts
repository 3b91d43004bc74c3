export { createServices, type ServiceLimits } from './client.ts';
