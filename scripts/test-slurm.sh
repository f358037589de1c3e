#!/usr/bin/env bash
# 'audit run --on slurm' against a real Slurm on this one machine, in a folder of its own: no systemd, no
# accounting, and no Slurm of the system is touched.
#
# Usage: scripts/test-slurm.sh [PROGRAM]   default: .build/release/audit
# Exit code 4, with a sentence: Slurm cannot be had or started here, so nothing was tested.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
program=${1:-$root/.build/release/audit}
absent=4

not_run() { echo "test-slurm: not run: $1"; exit "$absent"; }
[ -x "$program" ] || not_run "there is no program $program; build it first"
program=$(realpath "$program")
PATH=$PATH:/usr/sbin:/sbin
[ "$(id -u)" = 0 ] || not_run "a Slurm of its own needs the rights of root"
if ! command -v slurmctld slurmd munged sbatch > /dev/null; then
  { apt-get install -y --no-install-recommends slurm-wlm munge ||
    { apt-get update && apt-get install -y --no-install-recommends slurm-wlm munge; }; } > /dev/null 2>&1
fi
command -v slurmctld slurmd munged sbatch > /dev/null ||
  not_run "slurmctld, slurmd and munged are not here and could not be installed"

work=$(mktemp -d "${TMPDIR:-/tmp}/audit-slurm-XXXXXX") || exit 1
mounted=
stop() {
  local file
  for file in slurmd slurmctld munged; do
    [ -s "$work/$file.pid" ] && kill "$(cat "$work/$file.pid")" 2> /dev/null
  done
  sleep 1
  [ -z "$mounted" ] || umount "$mounted" 2> /dev/null
  rm -rf "$work"
}
trap stop EXIT
export TMPDIR=$work AUDIT_CACHE=$work/cache

start_slurm() {
  local host port
  host=$(hostname -s)
  port=$((20000 + RANDOM % 20000))
  mkdir -p "$work/munge" "$work/state" "$work/spool"
  chmod 755 "$work"
  chmod 711 "$work/munge"
  # No key of the system's is used, and no socket of it.
  (umask 077 && head -c 1024 /dev/urandom > "$work/munge.key")
  munged --force --socket="$work/munge/socket" --key-file="$work/munge.key" \
    --pid-file="$work/munged.pid" --log-file="$work/munged.log" --seed-file="$work/munge.seed" ||
    return
  cat > "$work/slurm.conf" << END
ClusterName=audit
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
MailProg=/bin/true
ReturnToService=2
KillWait=5
SchedulerParameters=batch_sched_delay=0,sched_interval=2
SlurmctldPort=$port
SlurmdPort=$((port + 1))
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 RealMemory=1000
PartitionName=main Nodes=$host Default=YES
END
  export SLURM_CONF=$work/slurm.conf
  slurmctld -f "$SLURM_CONF" && sleep 2 && slurmd -f "$SLURM_CONF" || return
  local try
  for try in $(seq 30); do
    sinfo -h -o %T 2> /dev/null | grep -q idle && return 0
    sleep 1
  done
  return 1
}
start_slurm || not_run "Slurm did not start: $(tail -n 2 "$work/slurmctld.log" "$work/slurmd.log" 2> /dev/null | tr '\n' ' ')"
node=$(hostname -s)

# A cohort with a rebalancing set, small enough to be drawn many times.
write_audit() {
  mkdir -p "$work/$1"
  cat > "$work/$1/spread.json" << 'END'
{ schema: "audit-spec/1", name: "spread",
  classifiers: [{ name: "shell", command: ["/bin/sh", "classify.sh"] }],
  cohort: {
    generator: { model: "builtin:chexgen-mini", sampler: "ddim", steps: 4 },
    findings: { Effusion: {
      positive: ["PA view. Pleural effusion."], negative: ["PA view. No effusion."] } },
    attributes: { sex: ["Male", "Female"] }, baseCases: 4, seed: 5,
  },
  analysis: { replicates: 100, minimumCell: { positives: 2, negatives: 2, clusters: 2 } },
  rebalance: { trainingTable: "train.csv", strategy: "parity", budget: 3, attempts: 2,
    formats: ["imagefolder"],
    columns: { sex: "sex", age: "age", race: "race", labels: { Effusion: "Effusion" } } },
}
END
  cat > "$work/$1/classify.sh" << 'END'
while read -r line; do
  id=$(printf '%s' "$line" | sed 's/.*"id" *: *"\([^"]*\)".*/\1/; s/\\\//\//g')
  sum=$(printf '%s' "$id" | cksum | cut -d' ' -f1)
  printf '{"id": "%s", "scores": {"Effusion": 0.%03d}}\n' "$id" "$((sum % 1000))"
done
END
  printf '%s\n' sex,age,race,Effusion,count F,40,White,1,5 M,40,White,1,9 F,40,Black,0,10 \
    M,40,White,0,8 > "$work/$1/train.csv"
}

faults=0
passed() { echo "test-slurm: $1: as one machine"; }
fault() {
  echo "test-slurm: FAULT: $1" >&2
  faults=$((faults + 1))
  [ -z "${2:-}" ] || { "$program" status "$2"; tail -n 5 "$2"/jobs/logs/*.log; } >&2
}
report() { printf '%s' "$work/$1/reports/spread"; }
run() { (cd "$work/$1" && "$program" run spread.json --on slurm --shards "${2:-2}" "${@:3}"); }

# Everything that must not depend on where it was drawn.
products() {
  (cd "$(report "$1")" && find cohort tables rebalancing gallery -type f ! -name stages.csv -print0 2> /dev/null |
    sort -z | xargs -0 sha256sum)
}
# Waits until no job of the audit waits or runs.
settle() {
  local try
  for try in $(seq 600); do
    "$program" status "$(report "$1")" > "$work/status" 2>&1 || return
    head -n 1 "$work/status" | grep -q ': under way' || return 0
    sleep 0.5
  done
  return 1
}
# expect NAME FOLDER: the audit ends with the files of the run on one machine.
expect() {
  settle "$2" || fault "$1: the jobs did not end" "$(report "$2")"
  if head -n 1 "$work/status" | grep -q finished && products "$2" | cmp -s - "$work/expected"; then
    passed "$1"
  else
    fault "$1: other files than on one machine, or none" "$(report "$2")"
  fi
}
# Waits for the process that draws a share, and prints its number.
drawing() {
  local try pid
  for try in $(seq 1200); do
    pid=$(pgrep -f "generate $work/$1/spread.json --shard $2" | head -n 1)
    [ -z "$pid" ] || { echo "$pid"; return 0; }
    sleep 0.05
  done
  return 1
}

write_audit whole
(cd "$work/whole" && "$program" run spread.json --quiet > "$work/whole.log" 2>&1) ||
  { cat "$work/whole.log"; echo "test-slurm: the run on one machine failed" >&2; exit 1; }
products whole > "$work/expected"
[ "$(wc -l < "$work/expected")" -gt 20 ] || { echo "test-slurm: too few files to compare" >&2; exit 1; }

write_audit 'it'"'"'s %a $(touch pwned)'
name='it'"'"'s %a $(touch pwned)'
run "$name" 3 > /dev/null || fault "success: not submitted"
run "$name" 3 > "$work/twice" 2>&1 && fault "a second submission was not refused"
grep -q 'under way' "$work/twice" || fault "a second submission: $(cat "$work/twice")"
expect "success, in a folder with a hostile name" "$name"
[ -z "$(find "$work" -name pwned)" ] || fault "a name was executed"

write_audit killed
run killed > /dev/null || fault "killed task: not submitted"
if pid=$(drawing killed 2/2); then
  # The script first, so that nothing of it lives to keep an exit code.
  kill -9 "$(ps -o ppid= -p "$pid" | tr -d ' ')" "$pid"
  expect "a task killed with -9 is drawn again" killed
  grep -q '"attempt" : 2' "$(report killed)/jobs/jobs.json" || fault "the killed task was not tried again"
else
  fault "killed task: it never ran" "$(report killed)"
fi

write_audit drained
scontrol update nodename="$node" state=drain reason=test
run drained > /dev/null || fault "draining node: not submitted"
sleep 3
"$program" status "$(report drained)" | grep -q 'waiting .*[A-Za-z]' ||
  fault "draining node: the status does not say that tasks wait" "$(report drained)"
scontrol update nodename="$node" state=resume
expect "a draining node, then resumed" drained

write_audit full
place=$(report full)/jobs/cohort-of-2/2
mkdir -p "$place"
if mount -t tmpfs -o size=256k tmpfs "$place" 2> /dev/null; then
  mounted=$place
  run full 2 --retries 1 > /dev/null || fault "full disk: not submitted"
  settle full
  grep -q 'failed' "$work/status" || fault "full disk: the status names no failed share" "$(report full)"
  grep -qi 'full' "$work/status" || fault "full disk: the status does not say why" "$(report full)"
  umount "$place" && mounted=
  run full > /dev/null || fault "full disk: not continued"
  expect "a full disk in one task, then mended" full
else
  echo "test-slurm: full disk: not run: no file system can be mounted here"
fi

write_audit cancelled
run cancelled > /dev/null || fault "cancelling: not submitted"
drawing cancelled 1/2 > /dev/null || fault "cancelling: no share ran"
"$program" cancel "$(report cancelled)" | grep -q '^cancelled: jobs' || fault "cancelling: nothing was cancelled"
settle cancelled
[ -z "$(squeue -h)" ] || sleep 7
[ -z "$(squeue -h)" ] || fault "cancelling: jobs are left: $(squeue -h)"
run cancelled > /dev/null || fault "cancelling: not continued"
drawing cancelled 2/2 > /dev/null || fault "cancelling: no share ran again"
# By hand, the array alone: the job behind it must not start it again.
scancel "$(squeue -h -o %F -n audit-spread-cohort | head -n 1)"
settle cancelled
grep -q 'gathering the cohort *interrupted' "$work/status" ||
  fault "an array cancelled by hand: $(cat "$work/status")" "$(report cancelled)"
run cancelled > /dev/null || fault "an array cancelled by hand: not continued"
expect "a cancelled array, continued" cancelled

write_audit one
write_audit two
run one > /dev/null && run two 3 > /dev/null || fault "two audits: not submitted"
expect "two audits at once, the first" one
expect "two audits at once, the second" two

[ "$faults" = 0 ] && echo "test-slurm: all passed, with Slurm $(sbatch --version | cut -d' ' -f2)"
[ "$faults" = 0 ]
