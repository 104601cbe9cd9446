#!/bin/sh
# Builds the Debian package from dist/ (npm run build:all): sh scripts/deb.sh [FOLDER] [ARCHITECTURE]
# Who publishes it says who answers for it, as to Debian's own tools: DEBFULLNAME, DEBEMAIL. It names nobody else.
# It takes the place of Debian's package supervisor: same commands, same unit, same files in /etc.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
out=${1:-$here/dist/deb}
arch=${2:-$(dpkg --print-architecture)}
case $arch in amd64) node_arch=x64 ;; arm64) node_arch=arm64 ;; *) echo "there is no addon for $arch" >&2; exit 1 ;; esac
version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' "$here/package.json")

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
chmod 755 "$stage"
DESTDIR=$stage sh "$here/init/install.sh" --prefix /usr --systemd --sysv >/dev/null
lib=$stage/usr/lib/supervisord-node
rm -rf "$lib/dist/deb" "$lib/dist/cache"
for addon in "$lib"/dist/native/*; do
  case $addon in *"-$node_arch-glibc.node") ;; *) rm "$addon" ;; esac
done
gzip -9n "$stage"/usr/share/man/man?/*
doc=$stage/usr/share/doc/supervisord-node
mkdir -p "$doc" "$stage/DEBIAN"
cp "$here/README.md" "$here/CHANGELOG.md" "$doc/"
cp -R "$here/docs" "$here/examples" "$doc/"
cat "$here/LICENSE" "$lib/dist/THIRD-PARTY.txt" >"$doc/copyright"
rm "$lib/LICENSE" "$lib/dist/THIRD-PARTY.txt"

cat >"$stage/DEBIAN/control" <<END
Package: supervisord-node
Version: $version
Architecture: $arch
Maintainer: ${DEBFULLNAME:-not published} <${DEBEMAIL:-nobody@localhost}>
Installed-Size: $(du -sk "$stage" | cut -f1)
Depends: nodejs (>= 20), libc6 (>= 2.28)
Provides: supervisor
Conflicts: supervisor
Replaces: supervisor
Section: admin
Priority: optional
Description: process control system, compatible with Supervisor
 Runs programs and keeps them running, by the same supervisord.conf, the same
 XML-RPC interface and the same commands as Python's Supervisor.
END
printf '%s\n' /etc/supervisor/supervisord.conf /etc/init.d/supervisor >"$stage/DEBIAN/conffiles"

# With DPKG_ROOT the system that runs is not the one that is installed into: nothing to start or stop.
cat >"$stage/DEBIAN/postinst" <<'END'
#!/bin/sh
set -e
if [ "$1" != configure ] || [ -n "${DPKG_ROOT:-}" ]; then exit 0; fi
# What V8 compiles is kept, as Python packages keep theirs; without it the first start takes a little longer.
node /usr/lib/supervisord-node/dist/warm.mjs || :
if command -v update-rc.d >/dev/null; then update-rc.d supervisor defaults >/dev/null; fi
if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
# An upgrade does not stop anybody's programs: it counts from the next restart on.
if [ -z "$2" ]; then
  if [ -d /run/systemd/system ]; then systemctl enable --now supervisor.service
  elif command -v invoke-rc.d >/dev/null; then invoke-rc.d supervisor start; fi
fi
END
cat >"$stage/DEBIAN/prerm" <<'END'
#!/bin/sh
set -e
rm -rf "${DPKG_ROOT:-}/usr/lib/supervisord-node/dist/cache"
if [ "$1" != remove ] || [ -n "${DPKG_ROOT:-}" ]; then exit 0; fi
if [ -d /run/systemd/system ]; then systemctl disable --now supervisor.service
elif command -v invoke-rc.d >/dev/null; then invoke-rc.d supervisor stop; fi
END
cat >"$stage/DEBIAN/postrm" <<'END'
#!/bin/sh
set -e
if [ "$1" = purge ]; then rm -rf "${DPKG_ROOT:-}/var/log/supervisor"; fi
if [ -n "${DPKG_ROOT:-}" ]; then exit 0; fi
if [ "$1" = purge ] && command -v update-rc.d >/dev/null; then update-rc.d supervisor remove >/dev/null; fi
if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
END
chmod 755 "$stage"/DEBIAN/p*

mkdir -p "$out"
dpkg-deb --root-owner-group --build "$stage" "$out/supervisord-node_${version}_$arch.deb" >/dev/null
echo "$out/supervisord-node_${version}_$arch.deb"
