import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const HEDDLE = process.env["HEDDLE_BIN"] ?? join(ROOT, "target", "release", "heddle");
const START_TIMEOUT_MS = 30_000;

/** A `heddle serve` of our own: a free port, an empty database, gone at the end. */
export class HeddleServer {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly data: string,
    private readonly log: () => string,
  ) {}

  static async start(): Promise<HeddleServer> {
    const data = mkdtempSync(join(tmpdir(), "heddle-e2e-"));
    const port = await freePort();
    const child = spawn(HEDDLE, ["serve", "--port", String(port), "--data", data], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let log = "";
    const keep = (chunk: Buffer): void => {
      log = (log + chunk.toString()).slice(-64_000);
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    const server = new HeddleServer(`http://127.0.0.1:${port}`, child, data, () => log);
    try {
      await server.answers();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** Waits until the server says that it is ready and has a runner. */
  private async answers(): Promise<void> {
    const until = Date.now() + START_TIMEOUT_MS;
    let failed: Error | undefined;
    this.child.once("error", (error) => {
      failed = new Error(`cannot start ${HEDDLE} (${error.message}); run cargo xtask build first`);
    });
    this.child.once("exit", (code) => {
      failed ??= new Error(`heddle serve ended with exit code ${code}:\n${this.log()}`);
    });
    while (Date.now() < until) {
      if (failed) throw failed;
      const health = await fetch(`${this.url}/healthz`)
        .then((answer) => answer.json() as Promise<{ runner: unknown }>)
        .catch(() => undefined);
      if (health?.runner) return;
      await new Promise((wake) => setTimeout(wake, 50));
    }
    throw new Error(`heddle serve was not ready after ${START_TIMEOUT_MS} ms:\n${this.log()}`);
  }

  /** The pids of the server's runners. */
  runners(): number[] {
    return children(this.child.pid).filter((pid) => nameOf(pid) === "heddle-runner");
  }

  /** Kills the runner in the middle of whatever it does, as the kernel would when memory is short. */
  killRunner(): void {
    const runners = this.runners();
    if (runners.length === 0) throw new Error(`the server has no runner:\n${this.log()}`);
    for (const pid of runners) process.kill(pid, "SIGKILL");
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null && this.child.pid) {
      const ended = new Promise((done) => this.child.once("exit", done));
      this.child.kill("SIGTERM");
      const killer = setTimeout(() => this.child.kill("SIGKILL"), 10_000);
      await ended;
      clearTimeout(killer);
    }
    rmSync(this.data, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, "127.0.0.1", done));
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}

/** Direct children of a process, from /proc. */
function children(parent: number | undefined): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent);
}

function stat(pid: number): { name: string; parent: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name stands in parentheses and may itself contain some: look for the last one.
    const [, name = "", parent = "0"] = /^\d+ \((.*)\) \S (\d+)/s.exec(text) ?? [];
    return { name, parent: Number(parent) };
  } catch {
    return undefined; // it ended while we looked
  }
}

function parentOf(pid: number): number | undefined {
  return stat(pid)?.parent;
}

function nameOf(pid: number): string | undefined {
  return stat(pid)?.name;
}
