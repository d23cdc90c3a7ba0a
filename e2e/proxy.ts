import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** A wire between browser and server that can be cut. */
export class Wire {
  private readonly open = new Set<Socket>();

  private constructor(
    readonly url: string,
    private readonly listener: Server,
  ) {}

  static async to(target: string): Promise<Wire> {
    const { hostname, port } = new URL(target);
    const listener = createServer();
    await new Promise<void>((done) => listener.listen(0, "127.0.0.1", done));
    const wire = new Wire(`http://127.0.0.1:${(listener.address() as AddressInfo).port}`, listener);
    listener.on("connection", (browser) => wire.join(browser, connect(Number(port), hostname)));
    return wire;
  }

  private join(browser: Socket, server: Socket): void {
    for (const [one, other] of [
      [browser, server],
      [server, browser],
    ] as const) {
      this.open.add(one);
      one.on("error", () => one.destroy());
      one.on("close", () => {
        this.open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }

  /** Cuts every connection there is. New ones work. */
  cut(): void {
    for (const socket of this.open) socket.resetAndDestroy();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((done) => this.listener.close(done));
  }
}
