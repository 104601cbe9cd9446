// Compiles the addon for every platform that the package is for: dist/native/linux-{x64,arm64}-{glibc,musl}.node.
// Debian: apt-get install gcc musl-tools gcc-aarch64-linux-gnu libc6-dev-arm64-cross, and, with arm64 as a foreign
// architecture (dpkg --add-architecture arm64), musl-dev:arm64. On an arm64 machine the two change places.
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

let failed = false;
for (const arch of Object.keys(TRIPLETS)) {
  for (const libc of ["glibc", "musl"]) {
    const { needs, ...variables } = toolchain(arch, libc);
    if (needs !== undefined && !existsSync(needs)) {
      console.error(`prebuild: ${needs} is missing (Debian: musl-dev:${arch})`);
      failed = true;
      continue;
    }
    const env = { ...process.env, ...variables, SUPERVISORD_NATIVE_TARGET: `${arch}-${libc}` };
    failed = spawnSync(process.execPath, [build], { env, stdio: "inherit" }).status !== 0 || failed;
  }
}
process.exit(failed ? 1 : 0);
