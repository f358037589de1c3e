#!/usr/bin/env bash
# Installs into an empty folder and walks a newcomer's path there: another user where there is one, an
# empty environment, a folder that holds nothing but the user's own files. Nothing of the checkout is used.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
chmod 755 "$place"
make --no-print-directory install PREFIX="$place/prefix" >&2
checkout=$(pwd -P)
if LC_ALL=C grep -rl --binary-files=text -- "$checkout/.venv" "$place/prefix" >/dev/null; then
  echo "test-install: the installation still names $checkout" >&2
  exit 1
fi

# A machine without the checkout gets the packages of scripts/runtime-packages.txt: every library that the
# program names has to come from one of them, or from what every Debian has.
# The package of a library. Where /lib is a link to /usr/lib, packages name either place.
owner_of() {
  local file=${1#/usr}
  { dpkg -S "$file" || dpkg -S "/usr$file"; } 2>/dev/null | head -n 1 | cut -d: -f1 || true
}
if command -v dpkg >/dev/null && command -v readelf >/dev/null; then
  readelf -d "$place/prefix/lib/chest-radiograph-audit/audit" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' |
    while IFS= read -r library; do
      path=$(ldconfig -p | awk -v name="$library" '$1 == name { print $NF; exit }')
      package=$(owner_of "$(realpath "${path:-/nowhere}")")
      case $package in
        libc6 | libgcc-s1) ;;
        '') echo "test-install: no package has $library, which the program needs" >&2; exit 1 ;;
        *) grep -qxF "$package" scripts/runtime-packages.txt || {
          echo "test-install: scripts/runtime-packages.txt lacks $package, for $library" >&2
          exit 1
        } ;;
      esac
    done
fi
mkdir -p "$place/home/audits"
cp Tests/Install/predict.py audits/quickstart/models/balanced.onnx "$place/home/"
cp Tests/Install/audit.json "$place/home/audits/site.json"
user=()
if [ "$(id -u)" -eq 0 ]; then
  chown -R nobody "$place/home"
  user=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
fi
as_newcomer() {
  (cd "$place/home" && "${user[@]}" env -i HOME="$place/home" PATH="$place/prefix/bin:/usr/bin:/bin" \
    LANG=C.UTF-8 "$@")
}
as_newcomer audit --version
as_newcomer audit init other
as_newcomer audit doctor || [ $? -eq 2 ]
as_newcomer audit plan audits/site.json
as_newcomer audit run audits/site.json --quiet
as_newcomer audit verify reports/site
as_newcomer audit verify reports/site --spec audits/site.json --allow-commands >"$place/verified.txt"
if grep '^not checked  rescored' "$place/verified.txt" >&2; then
  echo "test-install: a model of the newcomer's own spec was not run again" >&2
  exit 1
fi
# Somebody else's report, where this user may write nothing.
mkdir "$place/theirs"
cp -r "$place/home/reports/site" "$place/theirs/"
[ ${#user[@]} -eq 0 ] || chown -R root "$place/theirs"
chmod -R a-w,a+rX "$place/theirs"
before=$(find "$place/theirs" -printf '%P %s %T@ %C@\n' | LC_ALL=C sort)
as_newcomer audit verify "$place/theirs/site" >/dev/null
if [ "$(find "$place/theirs" -printf '%P %s %T@ %C@\n' | LC_ALL=C sort)" != "$before" ]; then
  echo "test-install: verifying changed the report" >&2
  exit 1
fi
chmod -R u+w "$place/theirs"
as_newcomer audit sample "sex:Female, age:60.0. Pleural effusion." --steps 2 --output one.png
test -s "$place/home/one.png"
make --no-print-directory uninstall PREFIX="$place/prefix" >&2
left=$(find "$place/prefix" -type f -o -type l)
if [ -n "$left" ]; then
  printf 'test-install: uninstall left\n%s\n' "$left" >&2
  exit 1
fi
echo "test-install: installed, ran and removed without the checkout"
