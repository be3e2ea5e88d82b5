import ipaddr from 'ipaddr.js';

/** Whether a URL's `hostname` names this machine by itself, without asking a resolver. */
export function isLoopbackHost(hostname: string): boolean {
  const bare = withoutBrackets(hostname);
  if (bare === 'localhost' || bare.endsWith('.localhost')) return true;
  return ipaddr.isValid(bare) && ipaddr.process(bare).range() === 'loopback';
}

export function withoutBrackets(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}
