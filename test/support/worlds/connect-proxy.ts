/** A forward proxy that knows CONNECT: every name leads to this machine. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

export class ConnectProxy {
  /** What it was asked for, in order: `host:port` and the headers. */
  readonly asked: { readonly target: string; readonly headers: IncomingHttpHeaders }[] = [];
  /** Answers with this status instead of connecting. */
  refusal: string | undefined;
  readonly #http: Server = createServer((_, response) => response.writeHead(405).end());
  readonly #sockets = new Set<Socket>();

  private constructor() {
    this.#http.on('connect', (request, client: Socket) => {
      const target = request.url ?? '';
      this.asked.push({ target, headers: request.headers });
      if (this.refusal !== undefined) return void client.end(`HTTP/1.1 ${this.refusal}\r\n\r\n`);
      const server = connect(Number(target.split(':')[1]), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        server.pipe(client).pipe(server);
      });
      for (const socket of [client, server]) {
        this.#sockets.add(socket);
        socket.on('error', () => undefined);
        socket.once('close', () => [client, server].forEach((other) => other.destroy()));
      }
    });
  }

  static async start(): Promise<ConnectProxy> {
    const proxy = new ConnectProxy();
    await new Promise<void>((resolve) => proxy.#http.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((resolve) => {
      this.#http.close(() => resolve());
      this.#http.closeAllConnections();
    });
  }
}
