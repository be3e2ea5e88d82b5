export * from './ids.js';
export * from './ports/index.js';
