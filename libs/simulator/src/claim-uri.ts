/** Claim types of AD FS and Entra ID. https://learn.microsoft.com/entra/identity-platform/reference-saml-tokens */
const xmlsoap = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';

export const claimUri = {
  email: `${xmlsoap}/emailaddress`,
  name: `${xmlsoap}/name`,
  department: `${xmlsoap}/department`,
  groups: 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups',
  groupsLink: 'http://schemas.microsoft.com/claims/groups.link',
  objectId: 'http://schemas.microsoft.com/identity/claims/objectidentifier',
  tenantId: 'http://schemas.microsoft.com/identity/claims/tenantid',
} as const;
