# shellcheck shell=bash disable=SC2154 # Images/build sets what is shared
# The root file system: Debian's packages unpacked, never configured. No program of the box runs but two that make
# caches; what maintainer scripts would do (users, services, the certificates) is done here, the same way every time.

# unpack_packages ROOT LOCK…
unpack_packages() {
    local root=$1 folder deb
    shift
    mkdir -p "$root/usr"/{bin,sbin,lib}
    for folder in bin sbin lib; do ln -sfn "usr/$folder" "$root/$folder"; done
    mkdir -p "$root/usr/lib/convene/packages"
    "$images/fetch" "$@" | while read -r deb; do
        dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink --directory "$root"
    done
    cat "$@" | sort >"$root/usr/lib/convene/packages/list"
}

# make_accounts ROOT: /etc/passwd, group, shadow from Debian's own and Images/accounts.
make_accounts() {
    local root=$1 kind name id group home shell groups more
    cp "$root/usr/share/base-passwd/passwd.master" "$root/etc/passwd"
    cp "$root/usr/share/base-passwd/group.master" "$root/etc/group"
    # No password and no shell for root: the way in is SSH as admin.
    sed -i 's,^root:.*,root:x:0:0:root:/root:/usr/sbin/nologin,; s,^\([^:]*\):\*:,\1:x:,' "$root/etc/passwd"
    while read -r kind name id group home shell groups; do
        case $kind in
        group) printf '%s:x:%s:\n' "$name" "$id" >>"$root/etc/group" ;;
        user)
            printf '%s:x:%s:%s::%s:%s\n' "$name" "$id" "$group" "$home" "$shell" >>"$root/etc/passwd"
            for more in $groups; do
                sed -i "s/^\($more:[^:]*:[0-9]*:\)\(.*\)/\1\2,$name/; s/:,/:/" "$root/etc/group"
            done
            ;;
        esac
    done < <(grep -v '^#' "$images/accounts")
    # "*" is no password's hash: keys only.
    sed 's/^\([^:]*\):.*/\1:*:19000:0:99999:7:::/' "$root/etc/passwd" >"$root/etc/shadow"
    sed 's/^\([^:]*\):.*/\1:*::/' "$root/etc/group" >"$root/etc/gshadow"
    chown 0:42 "$root/etc/shadow" "$root/etc/gshadow"
    chmod 0640 "$root/etc/shadow" "$root/etc/gshadow"
}

# configure ROOT BOARD VERSION: what is in /etc, which services start.
configure() {
    local root=$1 board=$2 version=$3
    cp -r --no-preserve=ownership "$images/root/." "$root/"
    # What only this board needs.
    if [ -d "$images/boards/$board.root" ]; then cp -r --no-preserve=ownership "$images/boards/$board.root/." "$root/"; fi
    sed "s/@BOARD@/$board/" "$root/etc/rauc/system.conf.in" >"$root/etc/rauc/system.conf"
    rm "$root/etc/rauc/system.conf.in"
    # Devices that nothing announces: the kernel's simulated ones.
    sed -n 's/^load //p' "$images/modules/$board" >"$root/etc/modules-load.d/board.conf"
    # They would write to /etc.
    rm -f "$root"/usr/lib/tmpfiles.d/{etc,debian,home,provision,credstore}.conf
    cp "$update_ca" "$root/etc/rauc/keyring.pem"
    install -D -m 0644 "$images/../Board/$board/board.yaml" "$root/etc/convene/board.yaml"
    ln -sfn ../run/systemd/resolve/stub-resolv.conf "$root/etc/resolv.conf"
    ln -sfn ../proc/self/mounts "$root/etc/mtab"
    # Rendered from the settings at every boot.
    ln -sfn ../run/convene-settings/localtime "$root/etc/localtime"
    ln -sfn /usr/bin/mawk "$root/usr/bin/awk"
    : >"$root/etc/machine-id"
    mkdir -p "$root/etc/ssl/certs" "$root/proc" "$root/sys" "$root/dev" "$root/run" "$root/tmp" "$root/var" "$root/mnt"
    find "$root/usr/share/ca-certificates/mozilla" -name '*.crt' | LC_ALL=C sort | xargs cat \
        >"$root/etc/ssl/certs/ca-certificates.crt"
    cat >"$root/usr/lib/os-release" <<END
NAME="Convene"
PRETTY_NAME="Convene $version ($board)"
ID=convene
ID_LIKE=debian
VERSION_ID="$version"
IMAGE_ID=convene-$board
IMAGE_VERSION="$version"
END
    ln -sfn ../usr/lib/os-release "$root/etc/os-release"

    rm -rf "$root/etc/systemd/system"/*.wants
    ln -sfn /usr/lib/systemd/system/multi-user.target "$root/etc/systemd/system/default.target"
    systemctl --root="$root" --quiet enable systemd-networkd.service systemd-resolved.service \
        chrony.service nftables.service ssh.socket convene-host-keys.service
    enable_convene "$root"
    # Not on a box whose root never changes, that nobody logs in to but over SSH, and that is ready before its network.
    systemctl --root="$root" --quiet mask systemd-firstboot.service systemd-sysusers.service ldconfig.service \
        systemd-hwdb-update.service systemd-journal-catalog-update.service systemd-update-done.service \
        systemd-machine-id-commit.service systemd-networkd-wait-online.service getty.target getty@.service \
        serial-getty@.service console-getty.service rauc-mark-good.service e2scrub_reap.service \
        emergency.service rescue.service sshd-keygen.service systemd-logind.service systemd-udev-load-credentials.service \
        systemd-network-generator.service systemd-pcrlock-make-policy.service systemd-userdbd.socket \
        sys-fs-fuse-connections.mount dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount \
        sys-kernel-tracing.mount systemd-sysext.socket systemd-creds.socket systemd-bootctl.socket \
        systemd-hibernate-resume.service systemd-rfkill.socket systemd-rfkill.service
    rm -f "$root/etc/systemd/system"/{getty.target.wants,timers.target.wants}/*
}

# enable_convene ROOT: whatever of Systemd/ wants to be started by itself.
enable_convene() {
    local root=$1 unit
    for unit in "$images"/../Systemd/*.{service,socket,path,timer} "$root"/usr/lib/systemd/system/convene-*.service; do
        if ! grep -qs '^\[Install\]' "$unit" || [ ! -f "$root/usr/lib/systemd/system/${unit##*/}" ]; then continue; fi
        systemctl --root="$root" --quiet enable "${unit##*/}"
    done
}

# install_convene ROOT: the program with its links, units and texts, as `Images/cross/tree` lays them out.
install_convene() {
    local root=$1
    cp -a --no-preserve=ownership "$convene_tree/." "$root/"
    rm -rf "$root"/usr/share/{man,bash-completion/completions/conven*,zsh,fish}
    install -D -m 0644 "$images/../Systemd/ssh/60-convene.conf" "$root/etc/ssh/sshd_config.d/60-convene.conf"
    rm -f "$root/etc/convene/board.yaml"
    # The H.264 decoder alone, beside the program; Debian's libavcodec would bring fifty packages (.decisions/0011).
    AVCODEC_SUITE=trixie AVCODEC_HOST=aarch64-linux-gnu "$images/../.ci/avcodec" "$root/usr/lib/convene"
}

# trim ROOT: what nobody reads on a box.
trim() {
    local root=$1 share=$1/usr/share
    find "$share/doc" -type f ! -name copyright -delete
    find "$share/doc" -type l -delete
    find "$share/doc" -type d -empty -delete
    rm -rf "$share"/{man,info,locale,lintian,bug,bash-completion,zsh,fish,icons,pixmaps,perl5,menu,linda,gdb,apport} \
        "$share"/{debconf,base-passwd,doc-base,polkit-1,initramfs-tools,X11,zoneinfo/right,gcc,i18n/charmaps} \
        "$root/usr/lib/python3" "$root/usr/lib/kernel" "$root/usr/lib/sysusers.d" "${root:?}/boot" "${root:?}/media" \
        "${root:?}"/{home,srv,opt} "$root/etc"/{init.d,rc*.d,cron*,default,logrotate.d,skel,apt,dpkg,pam.d} \
        "$root/usr/lib/udev/hwdb.d" "$root/etc/ssl/private" "$root/usr/games" "$root/usr/local/games" \
        "${root:?}/var" "$root/usr/lib/aarch64-linux-gnu/perl-base" "$root/etc/kernel" "$root/usr/share/kernel"
    rm -f "$root/usr/sbin/update-passwd"
    mkdir -p "$root/var" "$root/home"
}

# make_caches ROOT: device names and fonts, by the box's own programs under emulation.
make_caches() {
    local root=$1
    find "$root/usr/share/fonts" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
    qemu-aarch64-static -L "$root" "$root/usr/bin/systemd-hwdb" --root="$root" --usr update
    mkdir -p "$root/var/cache/fontconfig"
    qemu-aarch64-static -L "$root" "$root/usr/bin/fc-cache" --sysroot="$root" --system-only --force
    mkdir -p "$root/usr/lib/fontconfig"
    rm -rf "$root/usr/lib/fontconfig/cache"
    mv "$root/var/cache/fontconfig" "$root/usr/lib/fontconfig/cache"
    sed -i 's,<cachedir>/var/cache/fontconfig</cachedir>,<cachedir>/usr/lib/fontconfig/cache</cachedir>,' \
        "$root/etc/fonts/fonts.conf"
}

# check_links ROOT: every library that a program of the box is linked with must be there; a package left out too many
# is found here and not on the box.
check_links() {
    local root=$1 missing
    missing=$(find "$root/usr/bin" "$root/usr/sbin" "$root/usr/lib/convene" "$root/usr/lib/systemd" -type f -perm /111 |
        while read -r file; do
            readelf -d "$file" 2>/dev/null | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'
        done | sort -u | while read -r library; do
        [ -n "$(find "$root/usr/lib" -name "$library" -print -quit)" ] || printf '%s ' "$library"
    done)
    [ -z "$missing" ] || { printf 'build: libraries are missing from the root file system: %s\n' "$missing" >&2; return 1; }
}
