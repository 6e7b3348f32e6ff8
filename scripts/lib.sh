# shellcheck shell=bash
# Shared by the scripts: reporting, installing what is missing, timing. Sourced after `cd` to the repository's root.
#
# Only what is missing is installed: Debian's packages through apt, Rust's tools into .tools/ at the versions below.

WASM_BINDGEN_VERSION=0.2.130 # must equal the wasm-bindgen crate in Cargo.toml
TRUNK_VERSION=0.21.14        # 0.22 wants rustc 1.96
CARGO_DENY_VERSION=0.20.2
CHROMIUM=${CHROMIUM:-chromium}
FIREFOX=${FIREFOX:-firefox-esr}

PATH="$PWD/.tools/bin:$PATH"
export PATH CHROMIUM FIREFOX
# A fresh clone gains nothing from incremental artefacts, but pays for writing them.
if [[ ${CI:-} == true ]]; then export CARGO_INCREMENTAL=0; fi

say() { printf '==> %s\n' "$*" >&2; }
fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

as_root() {
    if ((EUID == 0)); then
        "$@"
    elif have sudo; then
        sudo "$@"
    else
        fail "need root or sudo for: $*"
    fi
}

# debian COMMAND_OR_FILE PACKAGE ...: installs the packages unless the command or the file is there.
debian() {
    local probe=$1
    shift
    if [[ $probe == /* ]]; then
        if compgen -G "$probe" >/dev/null; then return; fi
    elif have "$probe"; then
        return
    fi
    have apt-get || fail "$probe is missing; on Debian it is in: $*. Install it and run this again."
    say "installing $* (for $probe)"
    if [[ -z ${APT_UPDATED:-} ]]; then
        as_root apt-get -qq update
        APT_UPDATED=1
    fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" >/dev/null
}

need_rust() {
    have cargo || PATH="$HOME/.cargo/bin:$PATH"
    have cargo || fail "cargo is missing: install Rust with rustup (stable, 1.95 or newer) and run this again."
    debian cc gcc libc6-dev
}

need_wasm_target() {
    local sysroot
    sysroot=$(rustc --print sysroot)
    if [[ ! -d $sysroot/lib/rustlib/wasm32-unknown-unknown ]]; then
        say "adding Rust's wasm32-unknown-unknown target"
        rustup target add wasm32-unknown-unknown
    fi
}

# cargo_tool COMMAND VERSION OPT_LEVEL CRATE [cargo install's arguments]: a short compile matters more than a fast tool.
cargo_tool() {
    local command=$1 version=$2 opt_level=$3 crate=$4
    shift 4
    if have "$command" && [[ $("$command" --version 2>/dev/null) == *" $version" ]]; then return; fi
    say "installing $crate $version into .tools/ (some minutes, once)"
    # CARGO_TARGET_DIR is unset: the tools' artefacts are not needed later.
    env -u CARGO_TARGET_DIR CARGO_PROFILE_RELEASE_OPT_LEVEL="$opt_level" CARGO_PROFILE_RELEASE_LTO=off \
        CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_DEBUG=false \
        cargo install --quiet --root .tools "$crate" --version "$version" --no-default-features "$@"
}

# The tools that build the page.
need_web_tools() {
    need_rust
    need_wasm_target
    # Not --locked: the lock file that wasm-bindgen-cli ships names a crate version that the registry lacks.
    cargo_tool wasm-bindgen "$WASM_BINDGEN_VERSION" 1 wasm-bindgen-cli
    cargo_tool trunk "$TRUNK_VERSION" 0 trunk --locked --features rustls
}

# Under a minute to compile at this level, and it takes seconds to run.
need_cargo_deny() {
    need_rust
    cargo_tool cargo-deny "$CARGO_DENY_VERSION" 0 cargo-deny --locked
}

need_node() {
    debian node nodejs
}

# Mesa's Vulkan drivers, a software one among them: for the native GPU tests and Firefox's WebGPU.
need_vulkan() {
    debian '/usr/share/vulkan/icd.d/lvp_icd*.json' mesa-vulkan-drivers
}

# Chromium, Firefox, a software GPU, a font, and what the tests drive them with.
need_browsers() {
    need_node
    need_vulkan
    debian npm npm
    debian "$CHROMIUM" chromium
    debian "$FIREFOX" firefox-esr
    debian '/usr/share/fonts/*' fonts-dejavu-core
    local lock=tests/browser/package-lock.json installed=tests/browser/node_modules/.package-lock.json
    if [[ ! -f $installed || $lock -nt $installed ]]; then
        say "installing the browser tests' packages"
        npm --prefix tests/browser ci --no-audit --no-fund --ignore-scripts --loglevel=error
        touch "$installed"
    fi
}

# Python's packages that open what the command line writes.
need_python_packages() {
    debian python3 python3
    debian '/usr/lib/python3*/ensurepip' python3-venv
    local wanted=tests/python/requirements.txt installed=.tools/python/requirements.txt
    if ! cmp -s "$wanted" "$installed"; then
        say "installing the packages of tests/python into .tools/ (a minute, once)"
        python3 -m venv --clear .tools/python
        .tools/python/bin/pip install --quiet --disable-pip-version-check --requirement "$wanted"
        cp "$wanted" "$installed"
    fi
}

TIMES=()
# step NAME COMMAND ...: runs it, and remembers how long it took.
step() {
    local name=$1 start=$SECONDS
    shift
    say "$name"
    "$@"
    TIMES+=("$(printf '%6.1f min  %s' "$(minutes $((SECONDS - start)))" "$name")")
}

minutes() { awk -v s="$1" 'BEGIN { print s / 60 }'; }

report_times() {
    say "times"
    printf '%s\n' "${TIMES[@]}" "$(printf '%6.1f min  in all' "$(minutes "$SECONDS")")" >&2
}
