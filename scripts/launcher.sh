#!/bin/sh
# Starts @NAME@ with the Node.js on PATH, or the one that SUPERVISORD_NODE names.
self=$0
if [ -L "$self" ]; then self=$(readlink -f -- "$self"); fi
case $self in
  */*) here=${self%/*} ;;
  *) here=. ;;
esac
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
exec "${SUPERVISORD_NODE:-node}" @FLAGS@ "$here/@NAME@.cjs" "$@"
