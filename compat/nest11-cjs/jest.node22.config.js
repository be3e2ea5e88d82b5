const base = require('./jest.config');
const { compilerOptions } = require('./tsconfig.json');

const esmOnly = ['@idp-roles', 'jose', 'kysely', 'oauth4webapi', 'openid-client'];
const tsconfig = {
  ...compilerOptions,
  module: 'commonjs',
  moduleResolution: 'node10',
  esModuleInterop: true,
  allowJs: true,
};

module.exports = {
  ...base,
  transform: { '\\.[jt]s$': ['ts-jest', { tsconfig }] },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`],
};
