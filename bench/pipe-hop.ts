/** The floor of the router's bench: the same two processes between client and server, doing nothing but passing bytes. */
import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';

const [mode, socketPath = '', ...command] = process.argv.slice(2);
if (mode === 'client') {
  const socket = connect(socketPath);
  process.stdin.pipe(socket);
  socket.pipe(process.stdout);
  socket.on('close', () => process.exit());
} else {
  createServer((socket) => {
    const [program = '', ...args] = command;
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    socket.pipe(child.stdin);
    child.stdout.pipe(socket);
    socket.on('error', () => child.kill());
    socket.on('close', () => child.kill());
  }).listen(socketPath, () => console.log('ready'));
}
