export { createOutbound, type Outbound } from './outbound.js';
export { OutboundError, outboundErrorIn, type OutboundErrorCode } from './outbound-error.js';
export type { OutboundOptions } from './outbound-options.js';
export { isLoopbackHost } from './loopback.js';
