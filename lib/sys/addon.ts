/** Loads the native addon (native/supervisord.c). Its functions give a result or a negative errno. */
import { existsSync, readFileSync, writeSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What a look-up gives: a record, null for none, or a negative errno. */
type Found<Row> = Row | null | number;
type UserRow = readonly [name: Buffer, uid: number, gid: number, home: Buffer, shell: Buffer];
type GroupRow = readonly [name: Buffer, gid: number];

/** Texts are NUL-terminated (bytes.ts); `...Block, ...Count` is a list of them. */
export interface Addon {
  /** The buffer that every watched reader shares. */
  readonly buffer: Buffer;
  spawn(
    file: Buffer,
    argvBlock: Buffer,
    argvCount: number,
    envBlock: Buffer,
    envCount: number,
    cwd: Buffer | null,
    umask: number,
    uid: number,
    gid: number,
    groups: Uint32Array,
    fds: Int32Array,
    nofile: number,
    session: number,
    stepAndErrno: Int32Array,
  ): number;
  reap(pairs: Int32Array): number;
  /** As stat has the mode, and bit 20 where we may run it. */
  executable(path: Buffer): number;
  execve(file: Buffer, argvBlock: Buffer, argvCount: number, envBlock: Buffer, envCount: number): number;
  pipe(ends: Int32Array): number;
  /** Makes room in the table of descriptors. */
  reserve(count: number): number;
  close(fd: number): number;
  /** 1 sets, 0 clears, -1 leaves. */
  flags(fd: number, nonblock: number, closeOnExec: number): number;
  dup2(from: number, to: number): number;
  read(fd: number, buffer: Uint8Array, offset: number, length: number): number;
  write(fd: number, buffer: Uint8Array, offset: number, length: number): number;
  /** Never waits, also on a blocking descriptor. */
  writeReady(fd: number, buffer: Uint8Array, offset: number, length: number): number;
  /** Mode, size, device, inode and number of names of an open file. */
  facts(fd: number, out: Float64Array): number;
  onEvent(callback: (slot: number, value: number) => void): number;
  watch(fd: number, kind: number): number;
  interest(slot: number, on: number): number;
  /** What a `read` watch reads goes into an append-mode file, up to `room` bytes; the C file says when that ends. */
  sink(slot: number, fd: number, room: number): number;
  unwatch(slot: number): number;
  tcpListen(host: Buffer, port: number, backlog: number): number;
  unixBind(path: Buffer): number;
  listen(fd: number, backlog: number): number;
  unixProbe(path: Buffer): number;
  accept(fd: number): number;
  boundPort(fd: number): number;
  datagramSocket(): number;
  datagramBind(fd: number, path: Buffer): number;
  datagramSend(fd: number, path: Buffer, bytes: Uint8Array): number;
  userByName(name: Buffer): Found<UserRow>;
  userById(uid: number): Found<UserRow>;
  groupByName(name: Buffer): Found<GroupRow>;
  groupById(gid: number): Found<GroupRow>;
  groupList(name: Buffer, gid: number): readonly number[] | number;
  getLimit(resource: number, softAndHard: Float64Array): number;
  setLimit(resource: number, softAndHard: Float64Array): number;
  kill(pid: number, signal: number): number;
  ignoreSigpipe(): number;
  setsid(): number;
  setName(name: Buffer): number;
  subreaper(on: number): number;
  pidfdOpen(pid: number): number;
  strerror(errno: number): string;
  environment(): Buffer;
  trim(): number;
}

/** Beside the bundle in `dist/`, or seen from `lib/sys/` in the sources. */
const PLACES = ["./native/", "../../dist/native/"];

function fileName(): string {
  const libc = readFileSync("/proc/self/maps", "latin1").includes("/ld-musl-") ? "musl" : "glibc";
  return `${process.platform}-${process.arch}-${libc}.node`;
}

/** Nothing can be done without it, and an uncaught error would print the whole bundle. */
function refuse(message: string): never {
  writeSync(2, `${message}\n`);
  process.exit(1);
}

function load(): Addon {
  const override = process.env["SUPERVISORD_NATIVE"];
  const name = fileName();
  const paths =
    override === undefined
      ? PLACES.map((place) => fileURLToPath(new URL(place + name, import.meta.url)))
      : [override];
  const path = paths.find((candidate) => existsSync(candidate));
  if (path === undefined) {
    const remedy = `build it with a C compiler: \`npm run build:native\` in ${fileURLToPath(new URL("..", import.meta.url))}`;
    return refuse(
      `supervisord has no native part for this platform: ${name} is not at ${paths.join(" or ")}; ${remedy}`,
    );
  }
  const module: { exports: Addon | Record<string, never> } = { exports: {} };
  process.dlopen(module, path);
  // The C file and this interface are one contract: native/supervisord.c lists the same names.
  return module.exports as Addon;
}

/** The addon of this process. Loading it fails with what is missing and how to get it. */
export const addon: Addon = load();
