module.exports = {
  testEnvironment: 'node',
  rootDir: 'test',
  testRegex: '\\.spec\\.ts$',
  transform: { '\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/../tsconfig.json' }] },
};
