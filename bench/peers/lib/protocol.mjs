// Answers the requests of a benchmark on stdin. A peer has the methods that protocol.py lists, and
// begin() for what is before a delete.

import { createRequire } from "node:module";
import process from "node:process";
import readline from "node:readline";
import v8 from "node:v8";
import vm from "node:vm";
import zlib from "node:zlib";

// The packages that `make deps-bench` installs.
export const require = createRequire(new URL("../../../build/bench/node/", import.meta.url));

v8.setFlagsFromString("--expose-gc");
const collectGarbage = vm.runInNewContext("gc");

export async function serve(name, versions, peer) {
  console.log(`ready ${name} ${versions}`);
  const server = new Server(peer);
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let answer;
    try {
      answer = server.answer(...line.split(" "));
    } catch (error) {
      answer = `error ${error}`.split(/\s+/).join(" ");
    }
    console.log(answer);
  }
}

const REQUESTS = ["check", "fetch", "objects", "delete"];

class Server {
  constructor(peer) {
    this.peer = peer;
  }

  answer(request, path, ...words) {
    if (!REQUESTS.includes(request)) throw new Error(`no request ${request}`);
    if (path !== this.path) this.open(path);
    const list = words.pop();
    const ids = list === "*" ? null : list.split(",").map(Number);
    return `${request} ${this[request](...words, ids)}`;
  }

  open(path) {
    this.path = null; // where it cannot be opened
    this.peer.open(path);
    this.path = path;
  }

  check(shape, ids) {
    const texts = [...this.texts(shape, "together", ids)].map((text) => Buffer.from(text));
    const bytes = Buffer.concat(texts);
    return `${texts.length} ${bytes.length} ${crc32(bytes)}`;
  }

  fetch(shape, manner, ids) {
    let count = 0;
    let size = 0;
    const took = milliseconds(() => {
      for (const text of this.texts(shape, manner, ids)) {
        count++;
        size += Buffer.byteLength(text);
      }
    });
    return `${took} ${count} ${size}`;
  }

  objects(shape, manner, ids) {
    let count = 0;
    const took = milliseconds(() => {
      for (const owner of this.owners(shape, manner, ids)) if (owner) count++;
    });
    return `${took} ${count} 0`;
  }

  delete(ids) {
    let count;
    this.peer.begin();
    try {
      const took = milliseconds(() => {
        count = this.peer.delete(ids);
      });
      return `${took} ${count}`;
    } finally {
      this.peer.undo();
    }
  }

  *texts(shape, manner, ids) {
    for (const owner of this.owners(shape, manner, ids)) {
      yield JSON.stringify(this.peer.document(shape, owner));
    }
  }

  *owners(shape, manner, ids) {
    if (manner === "together") {
      yield* this.peer.owners(shape, ids);
    } else {
      for (const id of ids) yield this.peer.owner(shape, id);
    }
  }
}

function milliseconds(work) {
  collectGarbage();
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return ((user + system) / 1e3).toFixed(4);
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});

// zlib.crc32() came with Node 22.2.
function crc32(bytes) {
  if (zlib.crc32) return zlib.crc32(bytes);
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
