import { checkStatus } from './check-response.js';
import { assertionNs, protocolNs } from './namespaces.js';
import { SamlError } from './saml-error.js';
import { assertIdsUnique, isSigned } from './signature-place.js';
import { childrenNamed, elementsWithin, isNamed, type XmlElement } from './xml-element.js';

export interface ResponseDocument {
  readonly response: XmlElement;
  readonly assertion: XmlElement;
  readonly responseSigned: boolean;
}

/**
 * One Response at the root, one Assertion as its child and none elsewhere, one signature on it, at most one on the Response
 * and none elsewhere, every ID once: what signature wrapping needs is refused by shape alone, before any signature is looked at.
 */
export function readResponse(root: XmlElement): ResponseDocument {
  if (!isNamed(root, protocolNs, 'Response'))
    throw new SamlError('response-unexpected', `the root is \`${root.local}\``);
  checkStatus(root);
  const all = elementsWithin(root);
  if (
    all.some(
      ({ local }) =>
        local === 'EncryptedAssertion' || local === 'EncryptedID' || local === 'EncryptedAttribute',
    )
  )
    throw new SamlError('assertion-encrypted');
  const [assertion] = childrenNamed(root, assertionNs, 'Assertion');
  const assertions = all.filter(({ local }) => local === 'Assertion');
  if (assertions.length === 0) throw new SamlError('assertion-missing');
  if (assertions.length > 1 || assertion === undefined)
    throw new SamlError('assertion-not-alone', `${assertions.length} found`);
  if (all.filter(({ local }) => local === 'Response').length > 1)
    throw new SamlError('response-malformed', 'a Response inside the Response');
  assertIdsUnique(all);

  const responseSigned = isSigned(root);
  if (!isSigned(assertion)) throw new SamlError(responseSigned ? 'assertion-unsigned' : 'signature-missing');
  if (all.filter(({ local }) => local === 'Signature').length !== (responseSigned ? 2 : 1))
    throw new SamlError('signature-malformed', 'several signatures, or one in an unusual place');
  return { response: root, assertion, responseSigned };
}
