#!/usr/bin/env bash
# install.sh install|uninstall: puts the built program, its resources and its documents under PREFIX
# (default /usr/local), or takes away what the last installation there put. DESTDIR goes before PREFIX.
# The installation needs neither the checkout nor Swift afterwards.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

prefix=${PREFIX:-/usr/local}
root=${DESTDIR:-}$prefix
home=lib/chest-radiograph-audit
build=${BUILD:-.build/release}

say() { printf 'install: %s\n' "$*" >&2; }
give_up() {
  say "$*"
  exit 2
}
case $prefix in
  /*) ;;
  *) give_up "PREFIX must be an absolute path; got '$prefix'" ;;
esac

# uninstall removes the files of the list, and folders only where they are then empty.
uninstall() {
  local list=$root/$home/installed.txt file
  [ -f "$list" ] || give_up "nothing is installed under $root (there is no $list)"
  while IFS= read -r file; do
    case $file in
      /* | *..*) give_up "$list names '$file', which no installation wrote; nothing more is removed" ;;
    esac
    rm -f -- "$root/$file"
  done <"$list"
  rm -f -- "$list"
  find "$root/$home" -depth -type d -empty -delete 2>/dev/null || true
  say "removed from $root"
}

install_all() {
  [ -x "$build/audit" ] || give_up "there is no $build/audit; run 'make install', which builds it"
  local list library
  mkdir -p "$root" || give_up "cannot write in $root; run as root, or name another PREFIX"
  [ -w "$root" ] || give_up "cannot write in $root; run as root, or name another PREFIX"
  [ ! -f "$root/$home/installed.txt" ] || uninstall
  # Not local: it is removed at the end of the script, where nothing local is left.
  stage=$(mktemp -d)
  trap 'rm -rf "$stage"' EXIT
  mkdir -p "$stage/bin" "$stage/$home" "$stage/share/man/man1" \
    "$stage/share/bash-completion/completions" "$stage/share/zsh/site-functions" \
    "$stage/share/fish/vendor_completions.d" "$stage/share/doc/chest-radiograph-audit"
  cp "$build/audit" "$stage/$home/audit"
  cp -r "$build"/chest-radiograph-audit_*.resources "$stage/$home/"
  rm -rf "$stage/$home"/chest-radiograph-audit_*Tests.resources
  # ONNX Runtime travels with the program, so that no folder of the caller's is ever searched for it.
  library=$(compgen -G '.venv/lib/python3*/site-packages/onnxruntime/capi/libonnxruntime.so.*' | head -n 1 || true)
  if [ -n "$library" ]; then
    cp "$library" "$stage/$home/"
  else
    say "ONNX Runtime is not in .venv, so ONNX classifiers will need AUDIT_ONNXRUNTIME"
  fi
  ln -s "../$home/audit" "$stage/bin/audit"
  "$build/audit" manual >"$stage/share/man/man1/audit.1"
  "$build/audit" completions bash >"$stage/share/bash-completion/completions/audit"
  "$build/audit" completions zsh >"$stage/share/zsh/site-functions/_audit"
  "$build/audit" completions fish >"$stage/share/fish/vendor_completions.d/audit.fish"
  cp README.md LICENSE CHANGELOG.md "$stage/share/doc/chest-radiograph-audit/"
  mkdir "$stage/share/doc/chest-radiograph-audit/docs"
  cp docs/*.md "$stage/share/doc/chest-radiograph-audit/docs/"
  list=$(cd "$stage" && find . \( -type f -o -type l \) | sed 's|^\./||' | LC_ALL=C sort)
  printf '%s\n' "$list" >"$stage/$home/installed.txt"
  chmod -R u=rwX,go=rX "$stage"
  cp -R -P "$stage/." "$root/"
  say "$root/bin/audit, $(printf '%s\n' "$list" | wc -l) files; 'make uninstall PREFIX=$prefix' removes them"
}

case ${1:-} in
  install) install_all ;;
  uninstall) uninstall ;;
  *) give_up "say 'install' or 'uninstall'" ;;
esac
