export { ephemeralContract } from './ephemeral-contract.js';
export { storeContract } from './store-contract.js';
export type { DatabaseUnderTest, OpenOptions } from './subject.js';
