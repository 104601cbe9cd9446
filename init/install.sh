#!/bin/sh
# Installs supervisord from the unpacked package: no network, no compiler. Needs Node.js 20 or newer to run, not to install.
#
#   sh init/install.sh [--prefix DIR] [--systemd] [--sysv] [--no-conf]
#   sh init/install.sh --uninstall [--prefix DIR]
#
# --prefix   /usr/local unless said: beside another supervisor, and in front of it on most PATHs. /usr takes its place.
# --systemd  a unit, supervisor.service          --sysv  a script, /etc/init.d/supervisor, for update-rc.d or ln -s
# --no-conf  no /etc/supervisor/supervisord.conf; one that is there is never touched.
# DESTDIR    put all of it below this folder.
set -eu

say() { sed -n '2,/^set/s/^# \{0,1\}//p' "$0"; }
fail() { echo "$0: $1" >&2; exit "$2"; }

prefix=/usr/local systemd=no sysv=no conf=yes uninstall=no
while [ $# -gt 0 ]; do
  case $1 in
    --prefix)
      if [ $# -lt 2 ]; then fail "--prefix needs a folder" 2; fi
      prefix=$2
      shift
      ;;
    --prefix=*) prefix=${1#*=} ;;
    --help | -h) say; exit 0 ;;
    --systemd) systemd=yes ;;
    --sysv) sysv=yes ;;
    --no-conf) conf=no ;;
    --uninstall) uninstall=yes ;;
    *) say >&2; exit 2 ;;
  esac
  shift
done

# The links, the unit and the script lead there from wherever they are read.
case $prefix in
  /) prefix= ;;
  /*) prefix=${prefix%/} ;;
  '') fail "--prefix needs a folder" 2 ;;
  *) fail "--prefix needs an absolute path, which $prefix is not" 2 ;;
esac

here=$(cd "$(dirname "$0")/.." && pwd)
root=${DESTDIR:-}
lib=$prefix/lib/supervisord-node
commands="supervisord supervisorctl echo_supervisord_conf pidproxy"
case $prefix in /usr) man=/usr/share/man units=/lib/systemd/system ;; *) man=$prefix/share/man units=/etc/systemd/system ;; esac

if [ "$uninstall" = yes ]; then
  if [ ! -e "$root$lib" ]; then fail "nothing to remove: there is no $root$lib" 1; fi
  for name in $commands; do
    if [ "$(readlink "$root$prefix/bin/$name" || :)" = "../lib/supervisord-node/dist/$name" ]; then rm "$root$prefix/bin/$name"; fi
  done
  rm -rf "$root$lib"
  for page in "$here"/man/*; do rm -f "$root$man/man${page##*.}/${page##*/}"; done
  for file in "$root$units/supervisor.service" "$root/etc/init.d/supervisor"; do
    if grep -qs "$prefix/bin/supervisord" "$file"; then rm "$file"; fi
  done
  echo "removed from ${prefix:-/}"
  exit 0
fi

if [ ! -e "$here/dist/supervisord.cjs" ]; then
  echo "$here/dist is not there: npm run build:all makes it" >&2
  exit 1
fi

mkdir -p "$root$lib" "$root$prefix/bin"
# Beside the old and then in its place: a daemon that runs keeps what it has loaded.
rm -rf "$root$lib/dist.new" "$root$lib/dist.old"
cp -R "$here/dist" "$root$lib/dist.new"
if [ -e "$root$lib/dist" ]; then mv "$root$lib/dist" "$root$lib/dist.old"; fi
mv "$root$lib/dist.new" "$root$lib/dist"
rm -rf "$root$lib/dist.old"
cp "$here/LICENSE" "$here/package.json" "$root$lib/"
cp -R "$here/native" "$root$lib/"
for name in $commands; do ln -sfn "../lib/supervisord-node/dist/$name" "$root$prefix/bin/$name"; done
for page in "$here"/man/*; do
  mkdir -p "$root$man/man${page##*.}"
  cp "$page" "$root$man/man${page##*.}/"
done

place() { # from, to, mode: with the prefix that was asked for
  mkdir -p "$root$(dirname "$2")"
  sed "s#/usr/bin/supervisord#$prefix/bin/supervisord#g" "$1" >"$root$2"
  chmod "$3" "$root$2"
}
if [ "$systemd" = yes ]; then place "$here/init/supervisor.service" "$units/supervisor.service" 644; fi
if [ "$sysv" = yes ]; then place "$here/init/supervisor.init" /etc/init.d/supervisor 755; fi
if [ "$conf" = yes ]; then
  mkdir -p "$root/etc/supervisor/conf.d" "$root/var/log/supervisor"
  if [ ! -e "$root/etc/supervisor/supervisord.conf" ]; then place "$here/init/supervisord.conf" /etc/supervisor/supervisord.conf 644; fi
fi

if [ -z "$root" ]; then
  # What V8 compiles of them is kept beside them.
  node "$lib/dist/warm.mjs" 2>/dev/null || :
  "$prefix/bin/supervisord" -v >/dev/null || echo "installed, but it needs Node.js 20 or newer as node on PATH" >&2
fi
echo "installed in ${prefix:-/}"
