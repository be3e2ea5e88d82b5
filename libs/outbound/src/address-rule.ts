import ipaddr from 'ipaddr.js';
import { isLoopbackHost } from './loopback.js';
import type { OutboundOptions } from './outbound-options.js';

export interface AddressRule {
  /** Whether an operator exempted this name from the rules on addresses and ports. */
  exempts(hostname: string, port: string): boolean;
  /** Whether a call meant for `hostname` may connect to `address`. */
  permits(address: string, hostname: string, port: string): boolean;
}

/** RFC 4291 2.4: all that IANA has given out as global unicast. What lies outside (`::a.b.c.d`, NAT64, …) can reach IPv4 neighbours. */
const GLOBAL_UNICAST_6 = ipaddr.IPv6.parseCIDR('2000::/3');
/** Public by number, yet answered by the host underneath: Azure's WireServer and platform DNS. */
const PLATFORM = new Set(['168.63.129.16']);

export function createAddressRule(options: OutboundOptions): AddressRule {
  const hosts = new Set((options.allowHosts ?? []).map((host) => host.toLowerCase()));
  const ranges = (options.allowCidrs ?? []).map(parseCidr);
  const exempts = (hostname: string, port: string): boolean =>
    hosts.has(hostname.toLowerCase()) || hosts.has(`${hostname.toLowerCase()}:${port}`);

  return {
    exempts,
    permits(address, hostname, port) {
      if (!ipaddr.isValid(address)) return false;
      if (exempts(hostname, port)) return true;
      const parsed = ipaddr.process(address);
      if (ranges.some((range) => contains(range, parsed))) return true;
      if (options.allowLoopbackHttp && parsed.range() === 'loopback') return isLoopbackHost(hostname);
      return isPublic(parsed);
    },
  };
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  if (address instanceof ipaddr.IPv6) return address.match(GLOBAL_UNICAST_6);
  return !PLATFORM.has(address.toString());
}

function contains([base, bits]: [Address, number], address: Address): boolean {
  if (base instanceof ipaddr.IPv4) return address instanceof ipaddr.IPv4 && address.match(base, bits);
  return address instanceof ipaddr.IPv6 && address.match(base, bits);
}

function parseCidr(cidr: string): [Address, number] {
  try {
    return ipaddr.parseCIDR(cidr);
  } catch (cause) {
    throw new TypeError(
      `outbound.allowCidrs: \`${cidr}\` is not an address range; write e.g. \`10.0.0.0/8\``,
      {
        cause,
      },
    );
  }
}
