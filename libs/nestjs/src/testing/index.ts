export { AccessTestingModule, type AccessTestingOptions } from './access-testing-module.js';
export { TestAccess } from './test-access.js';
export {
  TEST_MEMBER,
  TEST_ORGANIZATION,
  type TestPerson,
  type TestResource,
  type TestRole,
} from './test-person.js';
