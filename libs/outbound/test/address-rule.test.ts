import { describe, expect, it } from 'vitest';
import { createAddressRule } from '../src/address-rule.js';

const inside = [
  ['this network', '0.0.0.0'],
  ['this network', '0.1.2.3'],
  ['loopback', '127.0.0.1'],
  ['loopback', '127.8.8.8'],
  ['private', '10.0.0.1'],
  ['private', '172.16.0.1'],
  ['private', '192.168.1.1'],
  ['shared (RFC 6598), Alibaba metadata', '100.100.100.200'],
  ['link-local, metadata of most clouds', '169.254.169.254'],
  ['container credentials', '169.254.170.2'],
  ['Oracle metadata', '192.0.0.192'],
  ['Azure WireServer', '168.63.129.16'],
  ['documentation', '192.0.2.1'],
  ['benchmarking', '198.18.0.1'],
  ['multicast', '224.0.0.1'],
  ['reserved', '240.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ['IPv6 unspecified', '::'],
  ['IPv6 loopback', '::1'],
  ['IPv4-compatible', '::7f00:1'],
  ['IPv4-mapped', '::ffff:10.0.0.1'],
  ['IPv4-mapped metadata', '::ffff:169.254.169.254'],
  ['IPv4-translated', '::ffff:0:7f00:1'],
  ['NAT64', '64:ff9b::7f00:1'],
  ['local NAT64', '64:ff9b:1::a00:1'],
  ['6to4', '2002:7f00:1::'],
  ['Teredo', '2001::1'],
  ['unique local, AWS metadata', 'fd00:ec2::254'],
  ['link-local', 'fe80::1'],
  ['site-local', 'fec0::1'],
  ['multicast', 'ff02::1'],
  ['documentation', '2001:db8::1'],
  ['not an address', 'localhost'],
] as const;

describe('L2: only public addresses are called', () => {
  const rule = createAddressRule({});

  it.each(inside)('%s %s is refused', (_, address) => {
    expect(rule.permits(address, 'idp.example', '443')).toBe(false);
  });

  it.each(['8.8.8.8', '151.101.1.1', '2606:4700::1111', '2a00:1450:4001::200e', '::ffff:8.8.8.8'])(
    '%s is permitted',
    (address) => expect(rule.permits(address, 'idp.example', '443')).toBe(true),
  );
});

describe('L2: the operator may allow more', () => {
  it('a range, for its own family only', () => {
    const rule = createAddressRule({ allowCidrs: ['10.20.0.0/16', 'fd12::/16'] });
    expect(rule.permits('10.20.3.4', 'idp', '443')).toBe(true);
    expect(rule.permits('::ffff:10.20.3.4', 'idp', '443')).toBe(true);
    expect(rule.permits('fd12::1', 'idp', '443')).toBe(true);
    expect(rule.permits('10.21.3.4', 'idp', '443')).toBe(false);
  });

  it('a host by its exact name, with or without a port', () => {
    const rule = createAddressRule({ allowHosts: ['idp.corp', 'other.corp:8443'] });
    expect(rule.permits('10.0.0.1', 'IDP.corp', '443')).toBe(true);
    expect(rule.permits('10.0.0.1', 'other.corp', '8443')).toBe(true);
    expect(rule.permits('10.0.0.1', 'other.corp', '443')).toBe(false);
    expect(rule.permits('10.0.0.1', 'x.idp.corp', '443')).toBe(false);
  });

  it('loopback, for names that mean this machine and not for names that merely resolve to it', () => {
    const rule = createAddressRule({ allowLoopbackHttp: true });
    expect(rule.permits('127.0.0.1', 'localhost', '3000')).toBe(true);
    expect(rule.permits('::1', '[::1]', '3000')).toBe(true);
    expect(rule.permits('127.0.0.1', 'evil.example', '3000')).toBe(false);
    expect(rule.permits('10.0.0.1', 'localhost', '3000')).toBe(false);
  });

  it('names a range it cannot read', () => {
    expect(() => createAddressRule({ allowCidrs: ['10.0.0.0'] })).toThrow(
      '`10.0.0.0` is not an address range',
    );
  });
});
