#!/bin/sh
# Starts @NAME@ with the Node.js on PATH, or the one that SUPERVISORD_NODE names.
node=${SUPERVISORD_NODE:-node}
if ! command -v "$node" >/dev/null; then
  echo "@NAME@ needs Node.js 20 or newer, and $node is not there: install it, or name one in SUPERVISORD_NODE" >&2
  exit 127
fi
self=$0
if [ -L "$self" ]; then self=$(readlink -f -- "$self"); fi
case $self in
  */*) here=${self%/*} ;;
  *) here=. ;;
esac
# This shell exports PWD of its own accord: a caller that had none must not see it in its programs. (NUL bytes are
# dropped by read; OLDPWD alone keeps PWD, which does no harm.)
if [ -r /proc/$$/environ ]; then
  had_pwd=no
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in *PWD=*) had_pwd=yes ;; esac
  done </proc/$$/environ 2>/dev/null
  [ "$had_pwd" = yes ] || unset PWD
fi
# Node raises its soft limit on descriptors, and reads these two variables, at boot: what is meant for the programs is
# carried past it under other names, and put back before anything is started.
SUPERVISORD_ARGV0=$0 SUPERVISORD_NOFILE_SOFT=$(ulimit -Sn)
export SUPERVISORD_ARGV0 SUPERVISORD_NOFILE_SOFT
if [ -n "${NODE_OPTIONS+set}" ]; then
  export SUPERVISORD_NODE_OPTIONS="$NODE_OPTIONS"
  unset NODE_OPTIONS
fi
if [ -n "${NODE_EXTRA_CA_CERTS+set}" ]; then
  export SUPERVISORD_NODE_EXTRA_CA_CERTS="$NODE_EXTRA_CA_CERTS"
  unset NODE_EXTRA_CA_CERTS
fi
# @DAEMON@
exec "$node" @FLAGS@ "$here/@NAME@.cjs" "$@"
