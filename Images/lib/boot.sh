# shellcheck shell=bash disable=SC2154 # Images/build sets what is shared
# Kernel modules, the initramfs, the boot partitions.

# take_modules KERNEL_TREE ROOT BOARD: the listed modules and what they need, unpacked, into ROOT; the order in which the
# initramfs loads its own goes to $work/initramfs.modules.
take_modules() {
    local tree=$1 root=$2 board=$3 version
    version=$(basename "$(echo "$tree"/usr/lib/modules/*)")
    ln -sfn usr/lib "$tree/lib"
    depmod -b "$tree" "$version"
    python3 "$images/lib/modules.py" "$tree/usr/lib/modules/$version" "$root/usr/lib/modules/$version" \
        "$work/initramfs.modules" "$images/modules/common" "$images/modules/$board"
    cp "$tree/usr/lib/modules/$version"/modules.{order,builtin,builtin.modinfo} "$root/usr/lib/modules/$version/"
    depmod -b "$root" "$version"
}

# make_initramfs ROOT INITRD: busybox, dmsetup, the modules and our init.
make_initramfs() {
    local root=$1 initrd=$2 tree=$work/initramfs module library
    rm -rf "$tree"
    mkdir -p "$tree"/{bin,dev,proc,sys,run,etc,modules,splash,sysroot,lib}
    cp "$work/board/usr/bin/busybox" "$tree/bin/"
    for name in sh mount umount mkdir sleep reboot sync cat insmod sed grep basename dirname readlink dd gunzip chroot mv \
        switch_root echo xxd; do
        ln -s busybox "$tree/bin/$name"
    done
    cp "$root/usr/sbin/dmsetup" "$tree/bin/"
    with_libraries "$root" "$tree" "$root/usr/sbin/dmsetup"
    while read -r module; do
        cp "$root/$module" "$tree/modules/"
        printf '/modules/%s\n' "$(basename "$module")"
    done <"$work/initramfs.modules" >"$tree/modules/order"
    cp "$work/verity" "$tree/etc/verity"
    python3 "$images/splash.py" "$tree/splash"
    install -m 0755 "$images/initramfs/init" "$tree/init"
    find "$tree" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
    (cd "$tree" && find . -print0 | LC_ALL=C sort -z |
        cpio --null --create --quiet --format=newc --owner=0:0 --reproducible) | zstd -q -19 -T1 >"$initrd"
}

# with_libraries ROOT TREE FILE: copies the libraries that a program is linked with, and theirs.
with_libraries() {
    local library place
    readelf -d "$3" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | while read -r library; do
        [ ! -e "$2/lib/$library" ] || continue
        place=$(find "$1/usr/lib" -name "$library" -print -quit)
        cp -L "$place" "$2/lib/$library"
        with_libraries "$1" "$2" "$place"
    done
}

# make_boot_partition BOARD IMAGE: kernel, initramfs and device trees of one slot.
make_boot_partition() {
    local board=$1 image=$2 tree=$work/boot-slot device_tree
    rm -rf "$tree"
    mkdir -p "$tree"
    cp "$work"/board/boot/vmlinuz-* "$tree/Image"
    cp "$work/initrd" "$tree/initrd"
    printf 'slot_arguments=%s\n' "$arguments" >"$tree/slot.env"
    if [ "${#device_trees[@]}" -gt 0 ]; then
        printf 'slot_tree=trees\n' >>"$tree/slot.env"
        for device_tree in "${device_trees[@]}"; do
            install -D -m 0644 "$(echo "$work"/board/usr/lib/linux-image-*/"$device_tree")" "$tree/trees/$device_tree"
        done
    fi
    fat_image "$image" 64 C0DE0001 CONVENE "$tree"
}

# fat_image IMAGE MIB VOLUME_ID LABEL FOLDER
fat_image() {
    rm -f "$1"
    truncate --size="$2M" "$1"
    mkfs.vfat --invariant -i "$3" -n "$4" "$1" >/dev/null
    find "$5" -exec touch --date="@$SOURCE_DATE_EPOCH" {} +
    (cd "$5" && TZ=UTC mcopy -s -m -Q -i "$1" ./* ::)
}

# make_firmware BOARD IMAGE: what the board's own loader reads, and the script that chooses the slot.
make_firmware() {
    local board=$1 image=$2 tree=$work/firmware firmware=$work/board/usr/lib/raspi-firmware
    rm -rf "$tree"
    mkdir -p "$tree"
    mkimage -A arm64 -T script -C none -n convene -d "$images/boot/boot.cmd" "$tree/boot.scr" >/dev/null
    if [ "$board" = raspberry-pi-4 ]; then
        cp "$firmware"/{start4.elf,fixup4.dat,start4x.elf,fixup4x.dat} "$tree/"
        mkdir -p "$tree/overlays"
        cp "$work/board/$uboot" "$tree/u-boot.bin"
        cp "$images/boot/config.txt" "$tree/config.txt"
        # As large as U-Boot's own (CONFIG_ENV_SIZE).
        mkenvimage -s 0x4000 -o "$tree/uboot.env" "$images/boot/$board.env"
        for device_tree in "${device_trees[@]}"; do
            cp "$(echo "$work"/board/usr/lib/linux-image-*/"$device_tree")" "$tree/"
        done
    fi
    fat_image "$image" 64 C0DE0002 FIRMWARE "$tree"
}
