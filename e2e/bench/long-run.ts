import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const TASKS = 16;
const LOCKS = 4;
const PER_MESSAGE = 2000;

/**
 * The server in front of which this stands, but each run is one of very many events that nobody
 * performed: tasks that take a lock, touch a variable, and give the lock back.
 */
export class LongRun {
  private constructor(
    readonly url: string,
    private readonly server: Server,
  ) {}

  static async before(target: string, events: number): Promise<LongRun> {
    const server = createServer((asked, answer) => {
      if (asked.method === "POST" && asked.url === "/api/runs") start(asked, answer);
      else if (asked.url?.startsWith("/api/runs/long/")) void log(answer, events);
      else pass(target, asked, answer);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return new LongRun(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}

function start(asked: IncomingMessage, answer: ServerResponse): void {
  asked.resume();
  answer.writeHead(202, { "content-type": "application/json" });
  answer.end(JSON.stringify({ run: "long", program: "0".repeat(32) }));
}

function pass(target: string, asked: IncomingMessage, answer: ServerResponse): void {
  const { method, headers } = asked;
  const onward = request(new URL(asked.url ?? "/", target), { method, headers }, (found) => {
    answer.writeHead(found.statusCode ?? 502, found.headers);
    found.pipe(answer);
  });
  onward.on("error", () => answer.destroy());
  asked.pipe(onward);
}

async function log(answer: ServerResponse, count: number): Promise<void> {
  answer.writeHead(200, { "content-type": "text/event-stream" });
  let id = 0;
  const send = async (event: object): Promise<void> => {
    const room = answer.write(`id: ${id++}\ndata: ${JSON.stringify({ type: "job", event })}\n\n`);
    if (!room) await new Promise((wake) => answer.once("drain", wake));
  };
  const rows = tables();
  await send({ event: "started" });
  await send({ event: "trace", chunk: { ...rows, events: [] } });
  const next = events();
  for (let sent = 0; sent < count; sent += PER_MESSAGE) {
    const chunk = { events: Array.from({ length: PER_MESSAGE }, next) };
    await send({ event: "trace", chunk });
  }
  const trace = { granularity: null, ...rows, events: [], pending: [], outcome: { kind: "finished" } };
  await send({ event: "ended", result: { kind: "run", trace, findings: [] } });
}

function tables(): object {
  const indexes = (length: number): number[] => Array.from({ length }, (_, i) => i);
  const name = (i: number): string => (i === 0 ? "MainThread" : `worker-${i}`);
  return {
    processes: [{ id: 0, pid: 3, parent: null, start: "main" }],
    tasks: indexes(TASKS).map((id) => ({ id, path: `0.${id}`, name: name(id), process: 0 })),
    objects: indexes(LOCKS + 1).map((id) =>
      id < LOCKS
        ? { id, kind: "lock", name: `lock ${id}`, key: `0#${id}` }
        : { id, kind: "variable", name: "total", key: `0#${id}` },
    ),
  };
}

/** Who goes next is drawn by a linear congruential generator: the same in every run. */
function events(): () => object {
  const owner = new Array<number | undefined>(LOCKS).fill(undefined);
  const phase = new Array<number>(TASKS).fill(0);
  let [seed, at] = [1, 0];
  const kinds = ["acquire", "read", "write", "release"];
  return () => {
    for (;;) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      const task = (seed >>> 16) % TASKS;
      const lock = task % LOCKS;
      const now = phase[task] ?? 0;
      if (now === 0 && owner[lock] !== undefined) continue;
      if (now === 0) owner[lock] = task;
      if (now === 3) owner[lock] = undefined;
      phase[task] = (now + 1) % 4;
      at += 200 + (seed >>> 20);
      const object = now === 0 || now === 3 ? lock : LOCKS;
      const op = { kind: kinds[now], object, result: "done" };
      return { task, at, location: { file: 0, line: 4 + now }, what: { op } };
    }
  };
}
