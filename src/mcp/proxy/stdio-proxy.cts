/** Starts `mcptui proxy`, an entry of its own: CommonJS, bundled alone, so that it loads parts of Node and nothing else. */
// oxlint-disable typescript/consistent-type-imports -- a CommonJS file can type what it requires in no other way
const path = require('node:path') as typeof import('node:path');
const proxy = require('./main.ts') as typeof import('./main.ts', { with: { 'resolution-mode': 'import' } });

proxy.main(process.argv.slice(3), path.join(__dirname, '..', 'bin', 'mcptui.js'));
