#!/bin/bash
# The unit and the Debian package under a real systemd: sh scripts/try-systemd.sh, by hand, as root; two or three minutes.
# debootstrap makes a small Debian below a temporary folder; its systemd runs as process 1 of namespaces of its own, in a control group of
# its own. Nothing is installed here, and nothing is left. Needs debootstrap, a Debian mirror, and cgroup2; `npm run build:all` before.
# TRY_SYSTEMD_ROOT names a root file system of an earlier try, made with TRY_SYSTEMD_KEEP=FOLDER.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
root=$scratch/root
cgroups=$(findmnt -n -o TARGET -t cgroup2 | head -n 1)
group=$cgroups/try-systemd.$$
init=

cleanup() {
  status=$?
  if [ "$status" -ne 0 ]; then
    tail -n 20 "$scratch/console" >&2 || :
    if [ -n "$init" ]; then inside journalctl -u supervisor --no-pager -n 40 >&2 || :; fi
  fi
  if [ -n "$init" ]; then kill -KILL "$init" 2>/dev/null || :; fi
  for _ in $(seq 50); do
    find "$group" -depth -type d -exec rmdir {} \; 2>/dev/null || :
    if [ ! -d "$group" ]; then break; fi
    sleep 0.1
  done
  rm -rf --one-file-system "$scratch"
}
trap cleanup EXIT
fail() { echo "FAILED: $*" >&2; exit 1; }
seen() { printf '  %s\n' "$*"; }

# until SECONDS WHAT COMMAND...: waits until the command succeeds.
until_true() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    if [ "$SECONDS" -ge "$end" ]; then fail "waited in vain for $what"; fi
    sleep 0.1
  done
}
is() { [ "$2" = "$3" ] || fail "$1 is '$2', not '$3'"; }

# --- the system ---
if [ -n "${TRY_SYSTEMD_ROOT:-}" ]; then
  cp -a "$TRY_SYSTEMD_ROOT" "$root"
else
  echo "a small Debian"
  debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,procps,libstdc++6 \
    bookworm "$root" "${TRY_SYSTEMD_MIRROR:-http://deb.debian.org/debian}" >"$scratch/debootstrap" 2>&1 ||
    { tail "$scratch/debootstrap" >&2; fail debootstrap; }
  if [ -n "${TRY_SYSTEMD_KEEP:-}" ]; then cp -a "$root" "$TRY_SYSTEMD_KEEP"; fi
fi
deb=$(sh "$here/scripts/deb.sh" "$scratch")
# The package nodejs, as far as it is needed: the node that runs here.
mkdir -p "$scratch/node/DEBIAN" "$scratch/node/usr/bin"
cp "$(readlink -f "$(command -v node)")" "$scratch/node/usr/bin/node"
printf '%s\n' 'Package: nodejs' "Version: $(node -p process.versions.node)" "Architecture: $(dpkg --print-architecture)" \
  'Maintainer: none <none@localhost>' 'Description: node' >"$scratch/node/DEBIAN/control"
dpkg-deb -Znone --build "$scratch/node" "$root/nodejs.deb" >/dev/null
cp "$deb" "$root/supervisord.deb"
rm -rf "$scratch/node"

# --- its process 1 ---
boot() {
  mkdir -p "$group"
  (
    echo "$BASHPID" >"$group/cgroup.procs"
    # shellcheck disable=SC2016
    exec unshare --mount --pid --cgroup --uts --ipc --net --fork --kill-child --propagation private sh -ec '
      mount --bind "$1" "$1" && cd "$1"
      mount -t proc proc proc
      # Settings that are not of a namespace stay as they are.
      for path in proc/sys proc/sysrq-trigger; do
        if [ -e "$path" ]; then mount --bind "$path" "$path" && mount -o remount,bind,ro "$path"; fi
      done
      mount -t sysfs -o ro sysfs sys
      mount -t cgroup2 cgroup2 sys/fs/cgroup
      mount -t tmpfs -o mode=755 tmpfs run
      mount -t tmpfs tmpfs tmp
      mount -t tmpfs -o mode=755 tmpfs dev
      for device in null:3 zero:5 full:7 random:8 urandom:9; do mknod -m 666 "dev/${device%:*}" c 1 "${device#*:}"; done
      ln -s /proc/self/fd dev/fd
      : >dev/console
      mkdir -p old && pivot_root . old && umount -l old
      exec env -i container=try PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd
    ' sh "$root" >>"$scratch/console" 2>&1
  ) &
  shell=$!
  init=
  until_true 20 "process 1" find_init
  until_true 60 "the end of the boot" booted
}
find_init() {
  local list
  list=$(cat "/proc/$shell/task/$shell/children" 2>/dev/null) && init=${list%% *} && [ -n "$init" ] &&
    [ "$(cat "/proc/$init/comm" 2>/dev/null)" = systemd ]
}
inside() { nsenter --target "$init" --mount --pid --cgroup --uts --ipc --net --root --wd -- env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }
booted() { case $(inside systemctl is-system-running 2>/dev/null) in running | degraded) ;; *) return 1 ;; esac; }
shut_down() {
  inside systemctl poweroff >/dev/null 2>&1 || :
  until_true 60 "the end of the system" gone "$shell"
  wait "$shell" || :
  init=
}
gone() { ! kill -0 "$1" 2>/dev/null || grep -qs '^State:.Z' "/proc/$1/status"; }

show() { inside systemctl show supervisor -p "$1" --value; }
ctl() { inside supervisorctl "$@" || :; }
pid_of() { ctl pid "$1"; }
running() { [ "$(ctl status | grep -c ' RUNNING ')" = "$1" ]; }
active() { [ "$(show ActiveState)/$(show SubState)" = active/running ]; }
main_is_not() { local now; now=$(show MainPID); [ "$now" != 0 ] && [ "$now" != "$1" ] && active; }
journal() { inside journalctl -u supervisor -o cat --no-pager; }
says() { journal | grep -q "$1"; }
count() { inside pgrep -c -f "$1" || :; }
program() { printf '%s\n' "[program:$1]" "command=$2" startsecs=0 "${@:3}" >"$root/etc/supervisor/conf.d/$1.conf"; }

echo "boots systemd"
boot
seen "$(inside systemctl --version | head -n 1), $(inside systemctl is-system-running || :)"

echo "dpkg -i"
inside dpkg -i /nodejs.deb >/dev/null
inside dpkg -i /supervisord.deb >"$scratch/dpkg" 2>&1 || { cat "$scratch/dpkg" >&2; fail "dpkg -i"; }
is "the unit" "$(show ActiveState)/$(show SubState)" active/running
is "the type" "$(show Type)" notify
is "at boot" "$(inside systemctl is-enabled supervisor)" enabled
is "the alias" "$(inside systemctl is-active supervisord)" active
seen "installed, enabled, started; Type=notify reached with main process $(show MainPID)"

echo "reload"
program one "/bin/sleep 1111"
# Something that leaves the group of its program, and ignores SIGTERM.
program two "/bin/sh -c 'setsid sh -c \"trap : TERM; while :; do sleep 2222; done\" & exec sleep 2223'"
main=$(show MainPID)
inside systemctl reload supervisor
until_true 20 "the programs" running 2
is "the main process" "$(show MainPID)" "$main"
one=$(pid_of one)
printf '[program:three]\n' >"$root/etc/supervisor/conf.d/three.conf"
inside systemctl reload supervisor
until_true 20 "the refusal" says 'ERRO restart refused.*three.conf'
is "program one" "$(pid_of one)" "$one"
rm "$root/etc/supervisor/conf.d/three.conf"
seen "a good configuration is taken, a broken one refused, under the same main process"

echo "dpkg -i, again"
inside dpkg -i /supervisord.deb >/dev/null 2>&1
is "the main process" "$(show MainPID)" "$main"
is "program one" "$(pid_of one)" "$one"
seen "an upgrade leaves the daemon and its programs alone"

echo "restart"
inside systemctl restart supervisor
main_is_not "$main" || fail "the main process is still $main"
until_true 20 "the programs" running 2
is "instances of one" "$(count '^/bin/sleep 1111')" 1
is "of what two left behind" "$(count '^sleep 2222')" 1
seen "other processes, each once"

echo "kill -9 of the daemon"
main=$(show MainPID)
kill_inside() { inside kill "$1" "$main"; }
kill_inside -KILL
until_true 30 "another main process" main_is_not "$main"
until_true 20 "the programs" running 2
is "instances of one" "$(count '^/bin/sleep 1111')" 1
is "of what two left behind" "$(count '^sleep 2222')" 1
seen "started anew, $(show NRestarts) restart; nothing of the old one is left (KillMode=mixed)"

echo "watchdog"
mkdir -p "$root/etc/systemd/system/supervisor.service.d"
printf '[Service]\nWatchdogSec=3\n' >"$root/etc/systemd/system/supervisor.service.d/watchdog.conf"
inside systemctl daemon-reload
inside systemctl restart supervisor
until_true 20 "the programs" running 2
main=$(show MainPID)
before=$SECONDS
kill_inside -STOP
began=$SECONDS
until_true 60 "another main process" main_is_not "$main"
says 'Watchdog timeout' || says 'watchdog' || fail "the journal does not speak of the watchdog"
until_true 20 "the programs" running 2
is "instances of one" "$(count '^/bin/sleep 1111')" 1
seen "a daemon that was frozen is killed and started anew, $((SECONDS - began)) s after it stopped; programs run once"

echo "stop"
before=$(journal | grep -c 'stopped: one' || :)
inside systemctl stop supervisor
is "the unit" "$(show ActiveState)/$(show Result)" inactive/success
is "instances of one" "$(count '^/bin/sleep 1111')" 0
is "of what two left behind" "$(count '^sleep 2222')" 0
[ "$(journal | grep -c 'stopped: one' || :)" -gt "$before" ] || fail "program one was not stopped in order"
seen "programs are stopped by the daemon, what they left behind by systemd"

echo "a configuration that is broken"
printf '[program:three]\n' >"$root/etc/supervisor/conf.d/three.conf"
if inside systemctl start supervisor 2>/dev/null; then fail "it starts"; fi
failed() { [ "$(show ActiveState)" = failed ]; }
until_true 30 "the failure" failed
rm "$root/etc/supervisor/conf.d/three.conf"
inside systemctl reset-failed supervisor
seen "is a failed unit, with the reason in the journal"

echo "boot"
shut_down
boot
until_true 30 "the unit" active
until_true 20 "the programs" running 2
seen "the unit and its programs run after the next boot, unasked"

echo "dpkg -r"
inside dpkg -r supervisord-node >/dev/null 2>&1
is "instances of one" "$(count '^/bin/sleep 1111')" 0
is "at boot" "$(inside systemctl is-enabled supervisor 2>/dev/null)" disabled # The SysV script stays until the purge.
inside dpkg -P supervisord-node >/dev/null 2>&1
is "the unit" "$(inside systemctl is-enabled supervisor 2>/dev/null || :)" ""
is "what is left of it" "$(cd "$root" && find etc usr var/log lib/systemd -name '*supervis*' ! -path '*/supervisor.service.d*')" etc/supervisor
seen "stopped and disabled; gone when purged, but for the programs of conf.d"
shut_down
echo "all seen"
