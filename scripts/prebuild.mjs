// Compiles the addon for every platform that the package is for: dist/native/linux-{x64,arm64}-{glibc,musl}.node.
// What it needs is named where it is missing, and in CONTRIBUTING.md. On an arm64 machine the two architectures change places.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const build = fileURLToPath(new URL("../native/build.mjs", import.meta.url));
const TRIPLETS = { x64: "x86_64", arm64: "aarch64" };

/** What musl-gcc does, for a compiler that knows the machine but not its musl. */
function muslOf(compiler, triplet) {
  const own = spawnSync(compiler, ["-print-file-name=include"], { encoding: "utf8" });
  const headers = [
    `/usr/include/${triplet}-linux-musl`,
    `/usr/${triplet}-linux-gnu/include`,
    own.stdout?.trim() ?? "",
  ];
  return {
    CC: [compiler, "-nostdinc", ...headers.flatMap((path) => ["-isystem", path])].join(" "),
    SUPERVISORD_NATIVE_CFLAGS: `-nostdlib -L/usr/lib/${triplet}-linux-musl -Wl,--no-as-needed -lc`,
    needs: headers[0],
  };
}

function toolchain(arch, libc) {
  const triplet = TRIPLETS[arch];
  const own = arch === process.arch;
  const compiler = own ? process.env.CC || "cc" : `${triplet}-linux-gnu-gcc`;
  if (libc === "glibc") return { CC: compiler };
  return own ? { CC: "musl-gcc" } : muslOf(compiler, triplet);
}

const targets = Object.keys(TRIPLETS).flatMap((arch) =>
  ["glibc", "musl"].map((libc) => ({ name: `${arch}-${libc}`, ...toolchain(arch, libc) })),
);

const runs = (compiler) => spawnSync(compiler, ["--version"], { stdio: "ignore" }).error === undefined;
const compilers = [...new Set(targets.map(({ CC }) => CC.split(" ")[0]))].filter(
  (compiler) => !runs(compiler),
);
const headers = targets.map(({ needs }) => needs).filter((path) => path !== undefined && !existsSync(path));
const missing = [...compilers, ...headers];
if (missing.length > 0) {
  const [other, triplet] = Object.entries(TRIPLETS).find(([arch]) => arch !== process.arch);
  const debian = other === "x64" ? "amd64" : other;
  const gcc = `gcc-${triplet.replace("_", "-")}-linux-gnu`;
  console.error(
    `prebuild: the package holds the native part for x64 and arm64, glibc and musl, and what compiles it is not all there: ${missing.join(", ")} (Debian: dpkg --add-architecture ${debian} && apt-get update && apt-get install gcc libc6-dev musl-tools ${gcc} libc6-dev-${debian}-cross musl-dev:${debian})`,
  );
  process.exit(1);
}

let failed = false;
for (const { name, CC, SUPERVISORD_NATIVE_CFLAGS = process.env.SUPERVISORD_NATIVE_CFLAGS } of targets) {
  const env = { ...process.env, CC, SUPERVISORD_NATIVE_TARGET: name };
  if (SUPERVISORD_NATIVE_CFLAGS !== undefined) env.SUPERVISORD_NATIVE_CFLAGS = SUPERVISORD_NATIVE_CFLAGS;
  failed = spawnSync(process.execPath, [build], { env, stdio: "inherit" }).status !== 0 || failed;
}
process.exit(failed ? 1 : 0);
