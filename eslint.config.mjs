import js from '@eslint/js';
import jupyter from '@jupyter/eslint-plugin';
import prettier from 'eslint-config-prettier';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/**
 * JupyterLab's plugin says `warn` where it may be wrong about others' code; in ours a rule holds or
 * is switched off below, with its reason.
 */
const jupyterRecommended = jupyter.configs.recommended.map(config => ({
  ...config,
  plugins: { jupyter },
  rules: Object.fromEntries(
    Object.entries(config.rules ?? {}).map(([rule, level]) => [
      rule,
      level === 'warn' ? 'error' : level
    ])
  )
}));

export default tseslint.config(
  {
    ignores: [
      'lib/',
      'jupyter_azure_auth/labextension/',
      'jupyter_azure_auth/server/page/static/',
      '.venv*/',
      '.cache/',
      'dist/',
      'test-results/',
      '**/.ipynb_checkpoints/'
    ]
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  ...jupyterRecommended,
  {
    files: ['**/*.{ts,tsx,mjs,cjs,js}'],
    extends: [js.configs.recommended],
    rules: {
      eqeqeq: 'error',
      curly: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'no-console': 'off',
      'no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }]
    }
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [...tseslint.configs.recommended],
    languageOptions: { parserOptions: { project: './tsconfig.test.json' } },
    rules: {
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }
      ],
      '@typescript-eslint/naming-convention': [
        'error',
        { selector: 'interface', format: ['PascalCase'], custom: { regex: '^I[A-Z]', match: true } }
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      // JupyterLab's idiom: an options interface in a namespace with its class's name.
      '@typescript-eslint/no-namespace': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true }
      ]
    }
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    languageOptions: { globals: globals.browser },
    rules: {
      'no-console': ['error', { allow: ['warn', 'error'] }],
      // Of our own modules, what activation needs is loaded with it; the limit on the size of that
      // (test/check/bundle.mjs) tells when one should not be.
      'jupyter/prefer-lazy-imports': [
        'error',
        { deferredPackages: [], ignoreImports: ['./*', '../*'] }
      ]
    }
  },
  {
    files: ['style/redirect/redirect.js'],
    languageOptions: {
      sourceType: 'script',
      globals: { ...globals.browser, msalRedirectBridge: 'readonly' }
    }
  },
  {
    files: ['**/*.{mjs,cjs}'],
    languageOptions: { globals: globals.node }
  },
  {
    // The names are those of the package that is described.
    files: ['**/*.d.ts'],
    rules: { '@typescript-eslint/naming-convention': 'off' }
  },
  {
    files: ['test/unit/**/*.cjs'],
    languageOptions: { globals: globals.browser }
  },
  {
    files: ['test/**/*.{ts,tsx}', 'bench/page/*.ts'],
    languageOptions: { globals: { ...globals.node, ...globals.browser, ...globals.jest } },
    rules: {
      // Playwright's fixtures destructure what they need, which may be nothing.
      'no-empty-pattern': 'off',
      // Tests speak English.
      'jupyter/no-untranslated-string': 'off'
    }
  },
  {
    // An extension of its readers, with an id of theirs.
    files: ['test/unit/docs/extension-example.ts'],
    rules: { 'jupyter/plugin-id-convention': 'off' }
  },
  prettier
);
