export * from './source.js';
export * from './role-mapping.js';
export * from './claims.js';
export * from './evaluation.js';
export * from './plan.js';
