# Starts one provider plugin; read by packages/<vendor>/pulumi-resource-<vendor> with `vendor` set and the engine's address as
# first argument. The first launcher of an engine run starts one detached Node process that serves all vendors, unless
# MAIS_PLUGIN_RUN names the folder of one that is warm already. Every launcher prints a port of it, and lives as long as it
# does. The engine waits for its launchers one after the other: builtins only, wherever they will do.
# shellcheck shell=sh
set -u
umask 077
engine=$1
host=${0%/*}/../plugin-host
root=$host/../..

# True once per file, for whoever comes first.
claim() {
  set -C
  command : >"$1"
  claimed=$?
  set +C
  return $claimed
} 2>/dev/null

# A warm process belongs to the engine that claims it first: `up` starts its plugins twice, once for its preview.
run=
warm=${MAIS_PLUGIN_RUN-}
if [ -n "$warm" ] && [ -f "$warm/pid" ]; then
  claim "$warm/engine" && echo "$engine" >"$warm/engine"
  read -r owner <"$warm/engine"
  read -r pid <"$warm/pid"
  if [ "$owner" = "$engine" ] && kill -0 "$pid" 2>/dev/null; then run=$warm; fi
fi

if [ -z "$run" ]; then
  run=${MAIS_RUN_DIR:-$root/.mais/run}/${engine##*:}-$PPID
  [ -d "$run" ] || mkdir -p "$run"
  if claim "$run/engine"; then
    echo "$engine" >"$run/engine"
    node=$root/node_modules/.bin/node
    [ -x "$node" ] || node=node
    # A session of its own: the engine ends its plugins one by one, and this process serves all of them.
    if command -v setsid >/dev/null; then detach=setsid
    elif command -v perl >/dev/null; then detach='perl -MPOSIX=setsid -e setsid;exec@ARGV'
    else detach=nohup; fi
    # shellcheck disable=SC2086 -- the words of $detach are meant to be split
    $detach "$node" --conditions=mais-plugin "$host/main.ts" "$run" </dev/null >"$run/log" 2>&1 &
  fi
fi

# Each vendor's first instance is ready before anyone asks; a further one (a default provider beside ours) is asked for.
answer=$run/ready.$vendor
if ! [ -f "$answer" ] || ! claim "$run/taken.$vendor"; then
  answer=$run/port.$vendor.$$
  : >"$run/want.$vendor.$$"
fi
tries=0
while [ ! -f "$answer" ]; do
  tries=$((tries + 1))
  if [ -f "$run/failed" ] || [ "$tries" -gt 3000 ]; then
    cat "$run/log" >&2
    echo "the provider process did not start; see above" >&2
    exit 1
  fi
  sleep 0.01
done
read -r port <"$answer"
echo "$port"
# Held open for writing by the serving process: reading ends when it does.
exec cat "$run/alive"
