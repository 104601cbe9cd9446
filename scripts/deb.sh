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
cp "$here/README.md" "$here/CHANGELOG.md" "$here/ARCHITECTURE.md" "$here/CONTRIBUTING.md" "$here/SECURITY.md" "$doc/"
cp -R "$here/docs" "$here/examples" "$here/container" "$here/init" "$doc/"
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
# The configuration is no conffile: dpkg would put ours in the place of one that nobody has changed.
mv "$stage/etc/supervisor/supervisord.conf" "$lib/supervisord.conf"
echo /etc/init.d/supervisor >"$stage/DEBIAN/conffiles"

# What is registered for the start at boot goes by the name of the unit, and purging Debian's package supervisor later takes it
# away. Purging removes this file of its own as well, and that has dpkg call postinst, which registers anew.
echo "interest-noawait /etc/default/supervisor" >"$stage/DEBIAN/triggers"

# With DPKG_ROOT the system that runs is not the one that is installed into: nothing to start or stop.
cat >"$stage/DEBIAN/preinst" <<'END'
#!/bin/sh
set -e
# An upgrade does not stop anybody's programs, nor start what was stopped: it takes effect at the next restart.
mkdir -p "${DPKG_ROOT:-}/var/lib/supervisord-node"
if [ "$1" = install ]; then
  : >"${DPKG_ROOT:-}/var/lib/supervisord-node/start"
fi
END
cat >"$stage/DEBIAN/postinst" <<'END'
#!/bin/sh
set -e
root=${DPKG_ROOT:-}
has() { command -v "$1" >/dev/null; }

# What an administrator has disabled stays disabled.
register() {
  if has update-rc.d; then update-rc.d supervisor defaults >/dev/null; fi
  if has deb-systemd-helper; then
    deb-systemd-helper unmask supervisor.service >/dev/null || :
    if deb-systemd-helper --quiet was-enabled supervisor.service; then
      deb-systemd-helper enable supervisor.service >/dev/null || :
    else
      deb-systemd-helper update-state supervisor.service >/dev/null || :
    fi
  elif [ -z "$root" ] && [ -d /run/systemd/system ]; then
    systemctl enable supervisor.service
  fi
  if [ -z "$root" ] && [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
}

# Both are conffiles of Debian's package supervisor, which a purge of it removes, though they are in use here. What somebody else
# has diverted dpkg leaves alone; of the second, whose removal has to be seen, a link is kept.
conf=/etc/supervisor/supervisord.conf
options=$root/etc/default/supervisor
kept=$root/var/lib/supervisord-node/default
keep_files() {
  case $(dpkg-query -W -f '${Conffiles}' supervisor 2>/dev/null || :) in
    *" $conf "*)
      dpkg-divert --quiet --package supervisord-node --no-rename --divert "$conf.supervisor" --add "$conf" || :
      ;;
  esac
  if [ -e "$options" ]; then ln -f "$options" "$kept" 2>/dev/null || cp -p "$options" "$kept"; fi
}

case $1 in
  triggered)
    if [ ! -e "$options" ] && [ -e "$kept" ]; then
      mkdir -p "$root/etc/default"
      cp -p "$kept" "$options"
      keep_files
    fi
    register
    ;;
  configure)
    if [ ! -e "$root$conf" ]; then cp "$root/usr/lib/supervisord-node/supervisord.conf" "$root$conf"; fi
    keep_files
    # Debian's package supervisor, when it goes, makes the script of this name one that is not run.
    if [ -e "$root/etc/init.d/supervisor" ]; then chmod +x "$root/etc/init.d/supervisor"; fi
    # What V8 compiles is kept, as Python packages keep theirs; without it the first start takes a little longer.
    if [ -z "$root" ]; then node /usr/lib/supervisord-node/dist/warm.mjs || :; fi
    register
    if [ -e "$root/var/lib/supervisord-node/start" ]; then
      rm "$root/var/lib/supervisord-node/start"
      if [ -n "$root" ]; then exit 0; fi
      if [ ! -d /run/systemd/system ]; then if has invoke-rc.d; then invoke-rc.d supervisor start; fi
      elif has deb-systemd-invoke; then deb-systemd-invoke start supervisor.service
      else systemctl start supervisor.service; fi
    fi
    ;;
  abort-remove) keep_files ;;
esac
END
cat >"$stage/DEBIAN/prerm" <<'END'
#!/bin/sh
set -e
rm -rf "${DPKG_ROOT:-}/usr/lib/supervisord-node/dist/cache"
if [ "$1" != remove ]; then exit 0; fi
rm -f "${DPKG_ROOT:-}/var/lib/supervisord-node/default"
dpkg-divert --quiet --package supervisord-node --no-rename --remove /etc/supervisor/supervisord.conf || :
if [ -n "${DPKG_ROOT:-}" ]; then exit 0; fi
if [ -d /run/systemd/system ]; then
  systemctl stop supervisor.service
  if ! command -v deb-systemd-helper >/dev/null; then systemctl disable supervisor.service; fi
elif command -v invoke-rc.d >/dev/null; then invoke-rc.d supervisor stop; fi
END
cat >"$stage/DEBIAN/postrm" <<'END'
#!/bin/sh
set -e
root=${DPKG_ROOT:-}
# Where another package has taken the place, unit, links, configuration and logs are its own by now.
if [ "$1" = purge ] && [ ! -e "$root/usr/bin/supervisord" ]; then
  rm -rf "$root/var/log/supervisor" "$root/var/lib/supervisord-node"
  conf=/etc/supervisor/supervisord.conf
  if ! dpkg-query -S "$conf" >/dev/null 2>&1; then rm -f "$root$conf"; fi
  rmdir "$root/etc/supervisor/conf.d" "$root/etc/supervisor" 2>/dev/null || :
  if command -v update-rc.d >/dev/null; then update-rc.d supervisor remove >/dev/null; fi
  if command -v deb-systemd-helper >/dev/null; then deb-systemd-helper purge supervisor.service >/dev/null || :; fi
fi
if [ -z "$root" ] && [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
END
chmod 755 "$stage"/DEBIAN/p*

mkdir -p "$out"
dpkg-deb --root-owner-group --build "$stage" "$out/supervisord-node_${version}_$arch.deb" >/dev/null
echo "$out/supervisord-node_${version}_$arch.deb"
