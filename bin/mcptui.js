#!/usr/bin/env node
'use strict';
// Decides by the first argument before anything is loaded: `proxy` must start in little more than Node's own time.
// Syntax that every Node since 10 parses, so that an older one gets a sentence and not a stack.
const path = require('path');
const dist = path.join(__dirname, '..', 'dist');
// As in src/kernel/start-daemon.ts; why is said at `limitMemory`.
const MEMORY = ['--max-semi-space-size=4', '--initial-old-space-size=48'];

if (process.argv[2] === 'proxy') {
  require(path.join(dist, 'stdio-proxy.cjs'));
} else {
  start();
}

function start() {
  const parts = process.versions.node.split('.').map(Number);
  const good = parts[0] > 22 || (parts[0] === 22 && parts[1] >= 12);
  const other = good || process.env.MCPTUI_REEXEC ? undefined : projectNode();
  if (other !== undefined) return reexec(other);
  if (!good) {
    console.error(
      'mcptui needs Node 22.12 or newer; this is ' +
        process.version +
        '. Install a newer Node, or run it through `npm start`.',
    );
    process.exitCode = 1;
    return;
  }
  if (process.argv[2] === '--daemon' && (!hasYoungLimit() || process.env.MCPTUI_INSTANCE)) limitMemory();
  if (process.env.NODE_ENV === undefined) process.env.NODE_ENV = 'production';
  // A shell waits for it while a key is down.
  const entry = process.argv[2] === 'complete' && process.argv[3] === '--' ? 'complete.js' : 'main.js';
  import('file://' + path.join(dist, entry)).catch(function (error) {
    console.error(error);
    process.exitCode = 1;
  });
}

function hasYoungLimit() {
  return process.execArgv.some(function (option) {
    return option.indexOf('--max-semi-space-size') === 0;
  });
}

/**
 * A daemon lives for days: after one flood its young generation would keep 100 MB for good. And its heap is small: without
 * the second option every other message of a megabyte makes V8 look through all of it. Both must be there before the heap
 * is; where the process cannot be replaced (an older Node) it lives without.
 */
function limitMemory() {
  if (typeof process.execve !== 'function') return;
  // One arena: what a long message has taken in one of many is of no use to the next one.
  const env = Object.assign({ MALLOC_ARENA_MAX: '1' }, process.env);
  // Started by a server of another engine, it is none of that one's children: the end of that server is not its end.
  delete env.MCPTUI_INSTANCE;
  const options = hasYoungLimit() ? process.execArgv : MEMORY.concat(process.execArgv);
  // Node warns that replacing a process is new to it; the daemon's stderr is for what operators can act on.
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = function () {};
  try {
    process.execve(process.execPath, [process.execPath].concat(options, process.argv.slice(1)), env);
  } catch {
    process.emitWarning = emitWarning;
  }
}

/** The `node` development dependency of a checkout; absent in an installed package. */
function projectNode() {
  try {
    return require.resolve('node/bin/node');
  } catch {
    return undefined;
  }
}

function reexec(node) {
  const env = Object.assign({}, process.env, { MCPTUI_REEXEC: '1' });
  const child = require('child_process').spawn(node, process.argv.slice(1), { stdio: 'inherit', env: env });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  // It has a last deadline of 5 s of its own; this one is for when nothing in it runs any more.
  let deadline;
  signals.forEach(function (signal) {
    process.on(signal, function () {
      child.kill(signal);
      if (deadline !== undefined || process.argv.indexOf('--daemon') !== -1) return;
      // oxlint-disable-next-line no-restricted-globals -- this file loads nothing
      deadline = setTimeout(function () {
        child.kill('SIGKILL');
      }, 8000);
      deadline.unref();
    });
  });
  child.on('error', function (error) {
    console.error(
      'mcptui needs Node 22.12 or newer; this is ' +
        process.version +
        ', and ' +
        node +
        ' did not start: ' +
        error.message,
    );
    process.exitCode = 1;
  });
  child.on('exit', function (code, signal) {
    if (signal === null) return process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
